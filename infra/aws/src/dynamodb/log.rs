//! Append-only streams.
//!
//! 1. A commit may follow only a commit that is there: what is known of the stream, read as far as needed, has the hash
//!    the new one names. Commits never change or go, so what was true once stays true, and no gap can arise.
//! 2. The put succeeds only where nothing stands yet: of all who write one number, one gets it.
//! 3. Who does not get it is handed what stands there in the same answer. The same id means that the same thing was
//!    done before, be it by this very call, whose first answer got lost.

use super::{
    DynamoDb,
    fault::fault,
    image::{commit_of, item_of},
    items::{Item, malformed, number, text, text_of},
    known::Mark,
};
use async_trait::async_trait;
use aws_sdk_dynamodb::{
    operation::{put_item::PutItemError, query::builders::QueryFluentBuilder},
    types::ReturnValuesOnConditionCheckFailure,
};
use nova_eventlog::{Appended, Commit, Error, EventLog, Head, NewCommit, StreamId};

#[async_trait]
impl EventLog for DynamoDb {
    async fn append(&self, commit: NewCommit) -> Result<Appended, Error> {
        let commit = Commit::seal(commit)?;
        let item = item_of(&commit)?;
        if self.known.length(&commit.stream) < commit.number {
            self.catch_up(&commit.stream).await?;
        }
        if !self.known.allows(&commit) {
            return self.refuse(&commit).await;
        }
        if commit.number == 0 && self.known.length(&commit.stream) == 0 {
            self.enlist(&commit.stream).await?;
        }
        match self.put(item).await? {
            None => {
                self.remember(std::slice::from_ref(&commit));
                Ok(Appended::Stored(commit))
            }
            Some(occupant) if occupant.id == commit.id => Ok(Appended::Replayed(occupant)),
            Some(occupant) => self.conflict(Some(occupant), &commit.stream).await,
        }
    }

    async fn read(&self, stream: &StreamId, from: u64) -> Result<Vec<Commit>, Error> {
        let mut pages = self.rest(stream, from).into_paginator().send();
        let mut commits = Vec::new();
        while let Some(page) = pages.next().await {
            for item in page.map_err(fault)?.items() {
                commits.push(commit_of(item)?);
            }
        }
        self.remember(&commits);
        Ok(commits)
    }

    async fn streams(&self, prefix: &str, after: Option<&StreamId>, limit: usize) -> Result<Vec<StreamId>, Error> {
        self.listed(prefix, after, limit).await
    }
}

impl DynamoDb {
    /// Puts a commit where nothing stands; otherwise tells what does.
    async fn put(&self, item: Item) -> Result<Option<Commit>, Error> {
        let put = self
            .client
            .put_item()
            .table_name(&self.events)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(p)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match put {
            Ok(_) => Ok(None),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    let occupant = failed.item().ok_or_else(|| malformed("p"))?;
                    commit_of(occupant).map(Some)
                }
                _ => Err(fault(error)),
            },
        }
    }

    /// The answer for a commit that cannot follow what stands before its number.
    async fn refuse(&self, commit: &Commit) -> Result<Appended, Error> {
        self.catch_up(&commit.stream).await?;
        let place = self.known.look(&commit.stream, |marks| {
            let elsewhere = || marks.iter().position(|mark| mark.id == commit.id);
            let last = marks.len().checked_sub(1);
            match usize::try_from(commit.number) {
                Ok(number) if number < marks.len() => Some(number),
                Ok(number) if number == marks.len() => elsewhere().or(last),
                _ => last,
            }
        });
        let Some(place) = place else {
            return self.conflict(None, &commit.stream).await;
        };
        let occupant = self.one(&commit.stream, place as u64).await?;
        if occupant.number == commit.number && occupant.id == commit.id {
            return Ok(Appended::Replayed(occupant));
        }
        self.conflict(Some(occupant), &commit.stream).await
    }

    async fn conflict(&self, occupant: Option<Commit>, stream: &StreamId) -> Result<Appended, Error> {
        self.catch_up(stream).await?;
        let head = self.known.look(stream, |marks| Head {
            next: marks.len() as u64,
            hash: marks.last().map_or_else(String::new, |mark| mark.hash.clone()),
        });
        Ok(Appended::Conflict { head, occupant })
    }

    /// A commit that is known to be there.
    async fn one(&self, stream: &StreamId, place: u64) -> Result<Commit, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.events)
            .consistent_read(true)
            .key("p", text(stream.as_str()))
            .key("n", number(place))
            .send()
            .await
            .map_err(fault)?;
        match answer.item() {
            Some(item) => commit_of(item),
            None => Err(Error::Tampered {
                stream: stream.to_string(),
                number: place,
                what: "it was there and is gone".to_owned(),
            }),
        }
    }

    /// Asks for the commits of a stream from a number on.
    fn rest(&self, stream: &StreamId, from: u64) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.events)
            .consistent_read(true)
            .key_condition_expression("p = :p AND n >= :n")
            .expression_attribute_values(":p", text(stream.as_str()))
            .expression_attribute_values(":n", number(from))
    }

    /// Reads what follows the known part of a stream, without the bodies.
    async fn catch_up(&self, stream: &StreamId) -> Result<(), Error> {
        let from = self.known.length(stream);
        let mut pages = self
            .rest(stream, from)
            .projection_expression("i, h")
            .into_paginator()
            .send();
        let mut marks = Vec::new();
        while let Some(page) = pages.next().await {
            for item in page.map_err(fault)?.items() {
                marks.push(Mark {
                    id: text_of(item, "i")?.to_owned(),
                    hash: text_of(item, "h")?.to_owned(),
                });
            }
        }
        self.known.add(stream, from, marks);
        Ok(())
    }

    /// Remembers commits of one stream that follow each other.
    fn remember(&self, commits: &[Commit]) {
        if let Some(first) = commits.first() {
            self.known
                .add(&first.stream, first.number, commits.iter().map(Mark::of));
        }
    }
}
