//! COPY streams.

use crate::failure::failure;
use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use nova_errors::Failure;
use std::pin::Pin;
use tokio_postgres::{CopyInSink, CopyOutStream};

/// A server sends every row as a message of its own; they are handed on in parts of about this many bytes, so that
/// what follows costs per part and not per row.
const PART: usize = 256 * 1024;

/// Rows on their way out of the server.
pub struct CopyOut {
    stream: Pin<Box<CopyOutStream>>,
    doing: String,
    drained: bool,
}

impl CopyOut {
    pub(crate) fn new(stream: CopyOutStream, doing: String) -> Self {
        Self {
            stream: Box::pin(stream),
            doing,
            drained: false,
        }
    }

    /// The next part; none at the end of a complete stream.
    ///
    /// # Errors
    /// What the server or the network said; a stream that ends early is an error, never an end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let mut part = BytesMut::new();
        while !self.drained && part.len() < PART {
            match self
                .stream
                .next()
                .await
                .transpose()
                .map_err(|error| failure(&error, &self.doing))?
            {
                Some(row) => {
                    if part.capacity() == 0 {
                        part.reserve(PART + PART / 8);
                    }
                    part.extend_from_slice(&row);
                }
                None => self.drained = true,
            }
        }
        Ok((!part.is_empty()).then(|| part.freeze()))
    }
}

/// Rows on their way into the server. Dropped before [`CopyIn::finish`], nothing of it remains.
pub struct CopyIn {
    sink: Pin<Box<CopyInSink<Bytes>>>,
    doing: String,
}

impl CopyIn {
    pub(crate) fn new(sink: CopyInSink<Bytes>, doing: String) -> Self {
        Self {
            sink: Box::pin(sink),
            doing,
        }
    }

    /// Sends a part.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn send(&mut self, part: Bytes) -> Result<(), Failure> {
        // `feed` leaves flushing to the connection's own buffer: a flush per part would cost a system call each.
        match self.sink.feed(part).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.explain(&error).await),
        }
    }

    /// Ends the stream and tells how many rows the server took.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn finish(mut self) -> Result<u64, Failure> {
        self.sink
            .as_mut()
            .finish()
            .await
            .map_err(|error| failure(&error, &self.doing))
    }

    /// The server's reason when it refused rows in the middle of the stream: it only comes with the end.
    async fn explain(&mut self, error: &tokio_postgres::Error) -> Failure {
        if error.as_db_error().is_none()
            && let Err(reason) = self.sink.as_mut().finish().await
            && reason.as_db_error().is_some()
        {
            return failure(&reason, &self.doing);
        }
        failure(error, &self.doing)
    }
}
