//! A small web server: it greets, counts whom it greeted, and says which version it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Path, State};
use axum::response::Html;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

#[derive(Default)]
struct Counter(AtomicU64);

#[derive(Serialize)]
struct Greeting {
    message: String,
    number: u64,
}

async fn hello(State(counter): State<Arc<Counter>>, Path(name): Path<String>) -> Json<Greeting> {
    let number = counter.0.fetch_add(1, Ordering::Relaxed) + 1;
    Json(Greeting { message: message(&name), number })
}

fn message(name: &str) -> String {
    format!("Hello, {name}!")
}

fn routes() -> Router {
    Router::new()
        .route("/", get(async || Html(include_str!("../assets/index.html"))))
        .route("/hello/{name}", get(hello))
        .route("/version", get(async || option_env!("VERSION").unwrap_or("dev")))
        .with_state(Arc::new(Counter::default()))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::var("ADDRESS").unwrap_or_else(|_| "0.0.0.0:8080".into());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, routes()).with_graceful_shutdown(stopped()).await
}

/// Waits until the container is to stop: the first process has no default for signals.
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate()).expect("signals can be listened to");
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greets() {
        assert_eq!(message("you"), "Hello, you!");
    }
}
