//! `nova serve`: the API, and workers for what it is asked for, in one process.
//!
//! | module | holds |
//! |---|---|
//! | [`platform`] | the practice platform, where it is asked for |
//! | [`mounts`] | what is served and what happens every minute: the place where more is added |
//! | [`supervisor`] | which operations this process runs |
//!
//! When the process is told to end, it takes no more requests and begins nothing new. What it had begun stays
//! resumable and is taken up at the next start.

mod mounts;
pub(crate) mod platform;
mod supervisor;

use crate::{
    arguments::{Format, Serve},
    output,
    runtime::Runtime,
};
use nova_errors::{Code, Failure};
use nova_fn_api_operations::{Api, tokens};
use nova_kit::Silent;
use nova_project::Project;
use std::{
    net::{IpAddr, SocketAddr},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use supervisor::Supervisor;
use tokio::{net::TcpListener, sync::watch};

/// How long answers may take to arrive once the process is told to end.
const FAREWELL: Duration = Duration::from_secs(5);

/// Serves until the process is told to end.
///
/// # Errors
/// `NOVA-2113` when the address cannot, or may not, be listened on; `NOVA-10xx`, `NOVA-18xx` when the project cannot be
/// used.
pub(crate) async fn run(project: &Project, arguments: &Serve) -> Result<ExitCode, Failure> {
    let runtime = Arc::new(Runtime::open(project, Arc::new(Silent))?);
    let api = Api::new(runtime.shared_ports());
    let platform = platform::open(&runtime, arguments).await?;
    let router = mounts::router(&api, &runtime, platform.as_ref()).await?;
    let has_token = has_token(&api).await?;
    let listener = listen(arguments, has_token).await?;
    let address = listener.local_addr().map_err(|error| refused(&error.to_string()))?;
    tell(address, has_token, platform.as_ref(), arguments.output);

    let (stopper, stopped) = watch::channel(false);
    let supervisor = Supervisor::new(Arc::clone(&runtime), Arc::clone(&api.changed), stopped.clone());
    let working = tokio::spawn(supervisor.run());
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, router).with_graceful_shutdown(until(stopped));
    let mut serving = tokio::spawn(serving.into_future());
    let ended = tokio::select! {
        () = told_to_end() => None,
        ended = &mut serving => Some(ended),
    };
    let _ = stopper.send(true);
    let settled = async {
        let worked = working.await;
        // Answers that are on their way arrive; a client that keeps its connection open does not hold the process up.
        let _ = tokio::time::timeout(FAREWELL, &mut serving).await;
        worked
    };
    if let Some(ended) = ended {
        let cause = match ended {
            Ok(Ok(())) => "it stopped listening".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        return Err(refused(&cause));
    }
    tokio::select! {
        worked = settled => worked
            .map_err(|error| Failure::new(Code::INTERNAL, format!("the supervisor ended: {error}")))?,
        // Asked twice means now.
        () = told_to_end() => {}
    }
    if arguments.output == Format::Text {
        output::note("Ended. Operations that were under way go on at the next start.");
    }
    Ok(ExitCode::SUCCESS)
}

async fn has_token(api: &Api) -> Result<bool, Failure> {
    let (tokens, _) = tokens::read(&api.ports).await?;
    let now = api.ports.clock.now_ms();
    Ok(tokens.all().iter().any(|token| token.works(now)))
}

async fn listen(arguments: &Serve, has_token: bool) -> Result<TcpListener, Failure> {
    let host: IpAddr = match arguments.host.as_str() {
        "localhost" => IpAddr::from([127, 0, 0, 1]),
        other => other.parse().map_err(|_| {
            Failure::new(
                Code::BAD_ARGUMENT,
                format!("--host takes an IP address, and {other:?} is none"),
            )
        })?,
    };
    if !host.is_loopback() && !has_token {
        let cause = format!("there is no token yet, and {host} may be reached from other machines");
        return Err(Failure::new(Code::LISTEN, cause)
            .with_remedy("Make one first: `nova token create --name me --scope admin`."));
    }
    let address = SocketAddr::new(host, arguments.port);
    TcpListener::bind(address)
        .await
        .map_err(|error| refused(&format!("{address}: {error}")))
}

fn refused(cause: &str) -> Failure {
    Failure::new(Code::LISTEN, cause)
}

fn tell(address: SocketAddr, has_token: bool, platform: Option<&platform::Served>, format: Format) {
    if format == Format::Json {
        let mut told = serde_json::json!({ "status": "listening", "address": format!("http://{address}") });
        if let Some(platform) = platform {
            told["platform"] = format!("http://{address}/v1/platform/openapi.json").into();
            told["accounts"] = serde_json::to_value(&platform.accounts).unwrap_or_default();
        }
        output::json(&told);
        return;
    }
    output::print(&format!(
        "Nova listens on http://{address} (addresses: http://{address}/v1/openapi.json)."
    ));
    if let Some(platform) = platform {
        output::print(&format!(
            "The practice platform: http://{address}/v1/platform/openapi.json"
        ));
        for account in &platform.accounts {
            output::print(&format!("  {:<32} {}", account.email, account.password));
        }
    }
    if !has_token {
        output::print(
            "Nobody may use the API of operations yet. Make a token: nova token create --name me --scope admin",
        );
    }
}

/// Ends when the process is told to: by a person, or by what runs it.
async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // An error says that the sender is gone: as good as told.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
