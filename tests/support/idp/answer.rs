use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::channel::Channel;
use serde_json::Value as Json;
use tokio::time::sleep;

use super::merged;

/// What is answered in the place of what should be.
#[derive(Clone, Debug, Default)]
pub enum Answer {
    /// What should be.
    #[default]
    Good,
    /// The same with these members in the place of its own, without those that are null.
    With(Json),
    /// This, with this status.
    Json(u16, Json),
    /// This text, as JSON.
    Text(&'static str),
    /// What should be, as another type of content.
    As(&'static str),
    /// What should be, with this status.
    Status(u16),
    /// A page for people.
    Html(u16),
    /// To where it came to.
    Redirect,
    /// Much more than anybody wants to read.
    Huge,
    /// Nothing, for ever.
    Hang,
    /// A byte now and then.
    Dribble,
}

impl Answer {
    /// The reply in the place of this one, which came from here.
    pub(super) async fn instead(&self, status: u16, good: Json, path: &str) -> Response {
        let json = "application/json";
        match self {
            Self::Good => reply(status, json, good.to_string()),
            Self::With(members) => reply(status, json, merged(good, members).to_string()),
            Self::Json(status, body) => reply(*status, json, body.to_string()),
            Self::Text(text) => reply(200, json, (*text).to_owned()),
            Self::As(media) => reply(status, media, good.to_string()),
            Self::Status(status) => reply(*status, json, good.to_string()),
            Self::Html(status) => reply(*status, "text/html", "<h1>Oops</h1>".to_owned()),
            Self::Redirect => {
                let mut reply = reply(307, json, good.to_string());
                reply.headers_mut().insert(header::LOCATION, path.parse().expect("a path"));
                reply
            }
            Self::Huge => {
                let filled = merged(good, &serde_json::json!({ "x": "x".repeat(1 << 20) }));
                reply(status, json, filled.to_string())
            }
            Self::Hang => {
                sleep(Duration::from_hours(1)).await;
                reply(status, json, good.to_string())
            }
            Self::Dribble => {
                let (mut sender, body) = Channel::<Bytes>::new(1);
                tokio::spawn(async move {
                    while sender.send_data(Bytes::from_static(b" ")).await.is_ok() {
                        sleep(Duration::from_millis(200)).await;
                    }
                });
                ([(header::CONTENT_TYPE, json)], Body::new(body)).into_response()
            }
        }
    }
}

fn reply(status: u16, media: &str, body: String) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [(header::CONTENT_TYPE, media.to_owned())], body).into_response()
}
