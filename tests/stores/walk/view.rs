//! What happens next: anything, and mostly where the rules have an edge.

use std::time::Duration;

use fastauth_tests::Dice;

use super::{
    model::{GRACE, Model},
    step::{Cut, Step, Token},
};

/// What is known to whoever decides.
pub(super) struct View<'a> {
    pub(super) model: &'a Model,
    /// How many refresh tokens of each session somebody has seen.
    pub(super) known: Vec<usize>,
    /// Sessions then live long enough to see their absolute end.
    pub(super) is_calm: bool,
}

impl View<'_> {
    pub(super) fn choose(&self, dice: &mut Dice) -> Step {
        let users = &self.model.users;
        let user = dice.index(users.len());
        let (is_disabled, password) = (users[user].is_disabled, users[user].password);
        if self.known.is_empty() {
            return Step::SignIn { user, password };
        }
        if is_disabled && dice.once_in(8) {
            return Step::Switch { user, is_on: true };
        }
        let (by, other) = (self.session(dice), self.session(dice));
        match dice.below(if self.is_calm { 400 } else { 100 }) {
            0..3 => {
                let password = users[self.model.sessions[by].owner].password;
                Step::ChangePassword { by, password }
            }
            3..6 => Step::EndOne { by, session: other },
            6..8 => Step::EndOthers { by },
            8..12 => Step::Logout { by },
            12..15 => Step::Switch { user, is_on: is_disabled },
            15..26 => {
                let is_old = password > 0 && dice.once_in(4);
                Step::SignIn { user, password: password - usize::from(is_old) }
            }
            26..50 | 100..200 => Step::Wait(self.pause(dice, by)),
            _ => {
                let token = Token { session: by, generation: self.generation(dice, by) };
                let cuts = [Some(Cut::Before), Some(Cut::After), None, None];
                let cut = if self.is_calm { None } else { dice.pick(&cuts) };
                Step::Refresh { token, cut, beside: dice.once_in(4).then_some(other) }
            }
        }
    }

    /// Mostly one that lives, or did a moment ago.
    fn session(&self, dice: &mut Dice) -> usize {
        let model = self.model;
        let lives = |it: &usize| model.is_live(*it) || model.sessions[*it].end() == model.now;
        let live: Vec<_> = (0..self.known.len()).filter(lives).collect();
        match live.last() {
            Some(last) if self.is_calm && !dice.once_in(4) => *last,
            Some(_) if !dice.once_in(4) => dice.pick(&live),
            _ => dice.index(self.known.len()),
        }
    }

    /// The parent, where its time is just over or about to be.
    fn generation(&self, dice: &mut Dice, session: usize) -> usize {
        let it = &self.model.sessions[session];
        let (newest, age) = (self.known[session] - 1, self.model.now.since(it.used_at));
        if age == GRACE || age == GRACE + MICRO {
            return it.leaf.saturating_sub(1).min(newest);
        }
        let back = if self.is_calm { 0 } else { dice.pick(&[0, 0, 0, 1, 1, 2, 3]) };
        newest.saturating_sub(back)
    }

    fn pause(&self, dice: &mut Dice, session: usize) -> Duration {
        let it = &self.model.sessions[session];
        let to_the_end = it.end().since(self.model.now);
        if self.is_calm && it.idle_until == it.expires_at {
            return dice.pick(&[to_the_end, to_the_end.saturating_sub(MICRO)]);
        }
        if self.is_calm && it.used_at == self.model.now {
            return to_the_end.saturating_sub(Duration::from_mins(5));
        }
        match dice.below(20) {
            0 => to_the_end,
            1 => to_the_end.saturating_sub(MICRO),
            2 => Duration::from_hours(dice.below(100)),
            3..8 => (it.used_at + GRACE).since(self.model.now),
            8..14 => (it.used_at + GRACE + MICRO).since(self.model.now),
            _ => Duration::from_millis(dice.below(12_000)),
        }
    }
}

pub(super) const MICRO: Duration = Duration::from_micros(1);
