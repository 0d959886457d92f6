/// The one in the middle.
pub fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Below this share of all there are.
pub fn percentile(mut of: Vec<f64>, share: f64) -> f64 {
    of.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
    let index = (of.len() as f64 * share) as usize;
    of.get(index.min(of.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// What a row says: a figure of ours, that beside it, and how the two must stand to each other.
pub struct Row {
    pub work: String,
    pub ours: String,
    pub beside: String,
    pub ratio: f64,
    pub goal: Goal,
}

#[derive(Clone, Copy)]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
    None,
}

pub fn head() {
    println!("| work | fastauth | beside it | ratio | goal | |");
    println!("|---|---|---|---|---|---|");
}

impl Row {
    pub fn print(&self) {
        let Self { work, ours, beside, ratio, goal } = self;
        let (goal, is_met) = match goal {
            Goal::AtLeast(goal) => (format!("≥ {goal}"), Some(ratio >= goal)),
            Goal::AtMost(goal) => (format!("≤ {goal}"), Some(ratio <= goal)),
            Goal::None => (String::new(), None),
        };
        let is_met = is_met.map_or("", |is_met| if is_met { "met" } else { "**missed**" });
        println!("| {work} | {ours} | {beside} | {ratio:.2} | {goal} | {is_met} |");
    }
}

/// A rate as people read it.
pub fn rate(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    match digits.len().checked_sub(3) {
        Some(at @ 1..) => format!("{},{}/s", &digits[..at], &digits[at..]),
        _ if figure < 100.0 => format!("{figure:.1}/s"),
        _ => format!("{digits}/s"),
    }
}
