//! Figures of the practice platform over real HTTP, on a throwaway server with durable commits:
//! `bench throughput [seconds] [rounds]`, `bench booking [seconds]`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops at what it did not expect, and prints"
)]

mod booking;
mod http;
mod statements;
mod throughput;
mod world;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| arguments.get(place).and_then(|text| text.parse().ok());
    let serving = arguments.first().is_some_and(|what| what == "serve");
    let mut runtime = if serving {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        // The client has one thread, which is enough for what it does.
        tokio::runtime::Builder::new_current_thread()
    };
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async {
        match (arguments.first().map(String::as_str), arguments.as_slice()) {
            (Some("serve"), [_, port, url, connections]) => {
                world::serve(port.parse().unwrap(), url, connections.parse().unwrap()).await;
            }
            (Some("throughput"), _) => throughput::run(number(1).unwrap_or(4), number(2).unwrap_or(3)).await,
            (Some("booking"), _) => Box::pin(booking::run(number(1).unwrap_or(20))).await,
            _ => println!("bench throughput [seconds] [rounds] | bench booking [seconds]"),
        }
    });
}
