use std::{
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use axum::{Router, extract::ConnectInfo, response::IntoResponse};
use http::Request;
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};

use super::{banner::banner, context::note_client};
use crate::{
    auth::{Auth, Started},
    error::{Code, Error, SetupError, SetupProblem},
    user::AuthUser,
};

/// How long a request's head may take to arrive, and an idle connection stays open.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes: more is 431. The parser stops at twice as many.
const HEAD_LIMIT: usize = 32 * 1024;
/// Connections at a time; more wait to be accepted.
const CONNECTIONS: usize = 8_192;
/// How long accepted work may take once the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// Serves an application, a [`fastauth::Router`](crate::Router) or one of axum, until ctrl-c or SIGTERM, then lets accepted work end and stops the
/// background work of `auth`.
///
/// It gives handlers the client's address, and sets the limits that `axum::serve` leaves open: a
/// head must arrive within 10 seconds and in 32 KiB, and at most 8192 connections are open at a
/// time. It stops within 20 seconds: 10 for accepted work, 10 for mail that waits. In development (plain http on this machine) it prints what was set up; `FASTAUTH_BANNER=0`
/// keeps it quiet.
///
/// # Errors
/// The address cannot be listened on; or it can be reached from other machines while the secret
/// was made for this run, so that everybody would be signed out by a restart, or while the
/// accounts are for tests.
// Boxed, so that an application without its state is one error and not one more at each `await`.
pub fn serve<U: AuthUser>(
    app: impl Into<Router>,
    address: &str,
    auth: Auth<U>,
) -> Pin<Box<dyn Future<Output = Result<(), SetupError>> + Send + '_>> {
    Box::pin(run(app.into(), address, auth))
}

async fn run<U: AuthUser>(app: Router, address: &str, auth: Auth<U>) -> Result<(), SetupError> {
    let listener =
        TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))?;
    let bound = listener.local_addr().map_err(|error| cannot_listen(address, &error))?;
    if !bound.ip().is_loopback() {
        SetupError::check(unfit_for_others(&auth.0.started, bound))?;
    }
    banner(&auth, bound);

    let stopping = watch::Sender::new(false);
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = pin!(stop_signal());
    loop {
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot,
            () = &mut stop => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, client)) => {
                let connection =
                    connection(stream, client, app.clone(), auth.clone(), stopping.subscribe());
                tokio::spawn(async move {
                    connection.await;
                    drop(slot);
                });
            }
            Err(error) => {
                // Out of descriptors, most likely: some are free again in a moment.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    stopping.send_replace(true);
    auth.0.stop.send_replace(true);
    let ended = async {
        stopping.closed().await;
        auth.0.hooks.told().await;
    };
    if tokio::time::timeout(FAREWELL, ended).await.is_err() {
        tracing::warn!("some work was still going on when the time to stop was over");
    }
    // What these have posted is brought as well, within a time of its own.
    auth.shutdown().await;
    Ok(())
}

/// One connection, until it ends. Told to stop it finishes the request it is at.
async fn connection<U: AuthUser>(
    stream: TcpStream,
    client: SocketAddr,
    app: Router,
    auth: Auth<U>,
    mut stopping: watch::Receiver<bool>,
) {
    // A reply is one small write; waiting to fill a packet only delays it.
    let _ = stream.set_nodelay(true);
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(client));
        note_client(&mut request, &auth);
        let answer = (head_size(&request) <= HEAD_LIMIT).then(|| app.call(request));
        async move {
            match answer {
                Some(answer) => answer.await,
                None => Ok(Error::new(Code::HeadTooLarge).into_response()),
            }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(2 * HEAD_LIMIT)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = async { drop(stopping.wait_for(|stop| *stop).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The size of a request's head as it came, but for the odd byte of its first line.
fn head_size(request: &Request<Incoming>) -> usize {
    let uri = request.uri();
    let authority = uri.authority().map_or(0, |it| it.as_str().len() + "https://".len());
    let path = uri.path_and_query().map_or(0, |it| it.as_str().len());
    let line = request.method().as_str().len() + authority + path;
    let fields = request.headers().iter();
    // Each field has a colon, a space and the end of its line besides.
    line + fields.map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>()
}

/// What is wrong where other machines can reach this address.
fn unfit_for_others(started: &Started, bound: SocketAddr) -> Vec<SetupProblem> {
    let reached = |why: &str| format!("{bound} can be reached from other machines, and {why}");
    let no_secret = started.random_secret.then(|| {
        let fix = "FASTAUTH_SECRET=$(openssl rand -base64 32), and keep it";
        SetupProblem::new("no secret", reached("the secret is for this run only"), fix)
    });
    let local_only = started.local_only.map(|why| {
        let fix = "127.0.0.1:3000, or another address of this machine alone";
        SetupProblem::new("not for a public address", reached(why), fix)
    });
    no_secret.into_iter().chain(local_only).collect()
}

fn cannot_listen(address: &str, error: &io::Error) -> SetupError {
    let fix = "give another address, or end the program that has it";
    SetupProblem::new("cannot listen", format!("{address}: {error}"), fix).into()
}

/// Ends when the process is asked to stop.
async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate() => {}
    }
}

#[cfg(unix)]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut asked) => drop(asked.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminate() {
    std::future::pending().await
}
