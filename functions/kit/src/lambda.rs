//! The loop of a Lambda: a batch of messages in, the identifiers of those that failed out.
//!
//! 1. The deadline of the invocation, less a margin, is everyone's deadline: a handler is cut off there.
//! 2. Messages are handled one after the other. One that is done, or that goes on in a next message, is reported as
//!    handled; one that is to come again is put off in the queue and reported as failed.
//! 3. Messages that cannot be begun in time are sent once more instead: receiving them was not an attempt.
//! 4. A body that cannot be read is reported as failed until the queue itself sets it aside.

use crate::{
    deliver::{Handler, Verdict, attempt, fail_operation, send_on},
    metrics::{Line, Outcome, Tally},
    ports::Ports,
    telemetry, trace, wiring,
};
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use lambda_runtime::{Context, Error, LambdaEvent, service_fn};
use nova_errors::{Code, Failure};
use nova_eventlog::Delivery;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tracing::Instrument;

/// What is kept of an invocation's time for settling, in milliseconds: this part of it, within these bounds.
const MARGIN: (u64, u64, u64) = (20, 500, 10_000);

/// What a message needs at least, in milliseconds: with less than that left it is not begun.
const LEAST_MS: u64 = 1000;

/// A message that was received more often than this has ended the process of its function each time, by its memory for
/// one: whatever returns is settled earlier. The queue itself sets it aside soon after, but that would end no operation.
const KILLS: u32 = 8;

/// How often a message that only waits is received before it is sent as a new one.
const WAITS: u32 = 3;

/// Sessions that were not used for this long, in milliseconds, are opened anew: a process that sleeps between two
/// invocations does not notice that a server or a network on the way has dropped them.
const STALE_MS: u64 = 60_000;

/// Runs one function of the pipeline as a Lambda.
///
/// # Errors
/// When the wiring fails or the runtime ends.
pub async fn run(handler: impl Handler + 'static) -> Result<(), Error> {
    telemetry::start(&wiring::log_filter());
    let tally = Arc::new(Tally::default());
    let (ports, outbox) = wiring::with_outbox(tally.clone()).await?;
    let ports = Arc::new(ports);
    let receipts = if outbox.is_some() { Receipts::Own } else { Receipts::Sqs };
    let function = Arc::new(Function::new(Arc::clone(&ports), Box::new(handler), tally, receipts));
    shut_down_gracefully(ports).await;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| {
        let function = Arc::clone(&function);
        async move { Ok::<_, Error>(function.batch(event.payload, &event.context).await) }
    }))
    .await
}

/// Ends the sessions to databases when the environment is shut down, so that servers need not find out by themselves.
/// Without the means to hear of it, they do.
async fn shut_down_gracefully(ports: Arc<Ports>) {
    let registering = tokio::spawn(lambda_runtime::spawn_graceful_shutdown_handler(move || async move {
        ports.connections.close_all().await;
    }));
    if registering.await.is_err() {
        tracing::warn!("shutdowns are not announced to this function");
    }
}

/// The part of an invocation's time, of which `left_ms` are left, after which work has to be settled.
fn margin_ms(left_ms: u64) -> u64 {
    (left_ms / MARGIN.0).clamp(MARGIN.1, MARGIN.2)
}

/// Sets everyone's deadline to that of an invocation.
pub fn set_deadline(ports: &Ports, context: &Context) {
    let now_ms = ports.clock.now_ms();
    // `cargo lambda watch` counts from the beginning of the invocation instead of from 1970.
    let at_ms = if context.deadline < now_ms {
        now_ms + context.deadline
    } else {
        context.deadline
    };
    ports
        .deadline
        .set_ms(at_ms.saturating_sub(margin_ms(at_ms.saturating_sub(now_ms))));
}

/// How deliveries are named by whoever invokes the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipts {
    /// By SQS's handles.
    Sqs,
    /// As the queue among the ports names them.
    Own,
}

/// One function with everything it needs; it handles one invocation at a time.
pub struct Function {
    ports: Arc<Ports>,
    handler: Box<dyn Handler>,
    tally: Arc<Tally>,
    receipts: Receipts,
    /// When the last invocation ended, in milliseconds since 1970-01-01 UTC.
    rested_ms: AtomicU64,
}

impl Function {
    /// A function whose progress `tally` counts.
    pub fn new(ports: Arc<Ports>, handler: Box<dyn Handler>, tally: Arc<Tally>, receipts: Receipts) -> Self {
        Self {
            ports,
            handler,
            tally,
            receipts,
            rested_ms: AtomicU64::new(u64::MAX),
        }
    }

    /// What it may touch.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// Handles a batch; a message that failed is reported, the others are done.
    pub async fn batch(&self, event: SqsEvent, context: &Context) -> SqsBatchResponse {
        set_deadline(&self.ports, context);
        let rested_ms = self.rested_ms.load(Ordering::Relaxed);
        if self.ports.clock.now_ms().saturating_sub(rested_ms) > STALE_MS {
            self.ports.connections.close_all().await;
        }
        let mut response = SqsBatchResponse::default();
        for record in event.records {
            let id = record.message_id.clone().unwrap_or_default();
            if !self.settle(record, &context.request_id).await {
                let mut failure = BatchItemFailure::default();
                failure.item_identifier = id;
                response.batch_item_failures.push(failure);
            }
        }
        self.rested_ms.store(self.ports.clock.now_ms(), Ordering::Relaxed);
        response
    }

    /// True when the message needs no further delivery.
    async fn settle(&self, record: SqsMessage, request_id: &str) -> bool {
        let step = self.handler.function().name();
        let sent_with = record.message_attributes.get("trace");
        let sent_with = sent_with.and_then(|attribute| attribute.string_value.clone());
        let delivery = match delivery(record, self.receipts) {
            Ok(delivery) => delivery,
            Err(error) => {
                tracing::error!(step, request_id, "a message cannot be read: {error}");
                return false;
            }
        };
        let span = trace::child_or_none(sent_with.as_deref(), &delivery.id);
        let context = tracing::info_span!(
            "message",
            operation = delivery.message.operation(),
            step,
            request_id,
            message = delivery.id,
            attempt = delivery.received,
            trace = span.as_deref().unwrap_or_default()
        );
        let settled = trace::within(span, self.measured(&delivery, request_id)).instrument(context);
        settled.await.unwrap_or_else(|failure| {
            tracing::error!(step, request_id, code = %failure.code, "{}", failure.cause);
            false
        })
    }

    /// Handles and settles a message, and writes down what that took.
    async fn measured(&self, delivery: &Delivery, request_id: &str) -> Result<bool, Failure> {
        let clock = self.ports.clock.as_ref();
        let begun_ms = clock.now_ms();
        self.tally.reset();
        let left_ms = self.ports.deadline.left_ms(clock);
        let verdict = if left_ms.is_some_and(|left_ms| left_ms < LEAST_MS) {
            Ok(Verdict::GoesOn)
        } else if delivery.received > KILLS {
            self.give_up(delivery).await
        } else {
            attempt(&self.ports, self.handler.as_ref(), delivery).await
        };
        let outcome = verdict
            .as_ref()
            .map_or(Outcome::Again, |verdict| Outcome::from(*verdict));
        let now_ms = clock.now_ms();
        tracing::info!(
            outcome = outcome.name(),
            duration_ms = now_ms - begun_ms,
            "message handled"
        );
        Line {
            function: self.handler.function().name(),
            now_ms,
            operation: delivery.message.operation(),
            request_id,
        }
        .message(outcome, now_ms - begun_ms, &self.tally);
        self.conclude(delivery, verdict?).await
    }

    /// Ends the operation of a message that ends every process it is given to.
    async fn give_up(&self, delivery: &Delivery) -> Result<Verdict, Failure> {
        let function = self.handler.function();
        let cause = format!(
            "the {} step ended its process each of the {} times it was begun",
            function.name(),
            delivery.received - 1
        );
        let failure = Failure::new(Code::INTERNAL, cause);
        fail_operation(&self.ports, delivery.message.operation(), function, &failure).await?;
        Ok(Verdict::Failed)
    }

    /// Does with the message what was decided; true when it needs no further delivery.
    async fn conclude(&self, delivery: &Delivery, verdict: Verdict) -> Result<bool, Failure> {
        let (ports, function) = (&self.ports, self.handler.function());
        match verdict {
            Verdict::Done => Ok(true),
            Verdict::Again { counts: false, .. } if delivery.received >= WAITS => {
                send_on(ports, &delivery.message).await?;
                Ok(true)
            }
            Verdict::Again { wait_ms, .. } => {
                let until_ms = ports.clock.now_ms() + wait_ms;
                ports.queue.extend(function, &delivery.receipt, until_ms).await?;
                Ok(false)
            }
            Verdict::GoesOn => {
                send_on(ports, &delivery.message).await?;
                Ok(true)
            }
            Verdict::Failed => {
                ports.queue.bury(function, &delivery.receipt).await?;
                Ok(true)
            }
        }
    }
}

/// A record of a batch as a delivery, for functions with a loop of their own.
///
/// # Errors
/// When its body is no message.
pub fn delivery_of(record: SqsMessage) -> Result<Delivery, nova_eventlog::Error> {
    delivery(record, Receipts::Sqs)
}

/// A record of a batch as a delivery. Its id is the one the message was sent under, where that is known.
fn delivery(record: SqsMessage, receipts: Receipts) -> Result<Delivery, nova_eventlog::Error> {
    let received = record
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    let sent_as = record.message_attributes.get("id");
    let id = sent_as
        .and_then(|attribute| attribute.string_value.clone())
        .or(record.message_id)
        .unwrap_or_default();
    let handle = record.receipt_handle.unwrap_or_default();
    let delivery = nova_aws::sqs::delivery(&handle, &id, &record.body.unwrap_or_default(), received)?;
    Ok(match receipts {
        Receipts::Sqs => delivery,
        Receipts::Own => Delivery {
            receipt: handle,
            ..delivery
        },
    })
}
