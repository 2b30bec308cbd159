//! Sealing and opening without a file: for stores that take and give bytes in pieces of their own.

use crate::{
    name::shown,
    seal::{self, Compression, FRAME, HEADER, Sealing},
};
use bytes::{Buf, Bytes, BytesMut};
use nova_eventlog::{BlobKey, Error};

/// Turns content, in parts of any size, into the sealed form.
pub struct Sealer {
    sealing: Sealing,
    compression: Compression,
    /// Content that does not fill a frame yet.
    rest: Vec<u8>,
    size: u64,
}

impl Sealer {
    /// Begins a blob: its header is added to `out`.
    ///
    /// # Errors
    /// When the system gives no random bytes or the key cannot be used.
    pub fn begin(
        data_key: &[u8; 32],
        blob: &BlobKey,
        compression: Compression,
        out: &mut Vec<u8>,
    ) -> Result<Self, Error> {
        let (header, sealing) = Sealing::begin(data_key, blob)?;
        out.extend_from_slice(&header);
        Ok(Self {
            sealing,
            compression,
            rest: Vec::new(),
            size: 0,
        })
    }

    /// Adds content; the frames it fills are added to `out`.
    ///
    /// # Errors
    /// After 2³² frames.
    pub fn write(&mut self, mut part: Bytes, out: &mut Vec<u8>) -> Result<(), Error> {
        self.size += part.len() as u64;
        // The last frame carries a mark, so a full one stays here until more comes.
        while self.rest.len() + part.len() > FRAME {
            self.rest.extend_from_slice(&part.split_to(FRAME - self.rest.len()));
            self.sealing.seal(&self.rest, false, self.compression, out)?;
            self.rest.clear();
        }
        self.rest.extend_from_slice(&part);
        Ok(())
    }

    /// Adds the last frame to `out` and tells the size of the content in bytes.
    ///
    /// # Errors
    /// As [`Sealer::write`].
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<u64, Error> {
        self.sealing.seal(&self.rest, true, self.compression, out)?;
        Ok(self.size)
    }
}

/// Turns the sealed form, in pieces of any size, back into content. What it gives out has proved its seal; that nothing
/// is missing is known only once [`Opener::end`] was fine.
pub struct Opener {
    blob: BlobKey,
    data_key: [u8; 32],
    pending: BytesMut,
    state: State,
}

enum State {
    Header,
    Frames(Box<Sealing>),
    Ended,
    Damaged,
}

impl Opener {
    /// Opens a blob that was sealed under this key and this name.
    pub fn new(data_key: [u8; 32], blob: &BlobKey) -> Self {
        Self {
            blob: blob.clone(),
            data_key,
            pending: BytesMut::new(),
            state: State::Header,
        }
    }

    /// Adds sealed bytes.
    pub fn feed(&mut self, piece: &[u8]) {
        self.pending.extend_from_slice(piece);
    }

    /// The content of the next frame; none when more bytes are needed.
    ///
    /// # Errors
    /// [`Error::BlobCorrupt`] when a seal does not hold, now and ever after.
    pub fn content(&mut self) -> Result<Option<Bytes>, Error> {
        // Whatever goes wrong below leaves this behind.
        match std::mem::replace(&mut self.state, State::Damaged) {
            State::Header => self.header(),
            State::Frames(sealing) => self.frame(sealing),
            State::Ended if self.pending.is_empty() => {
                self.state = State::Ended;
                Ok(None)
            }
            State::Ended | State::Damaged => Err(self.damaged()),
        }
    }

    /// No more bytes will come.
    ///
    /// # Errors
    /// [`Error::BlobCorrupt`] when the last frame has not been given out, or bytes follow it.
    pub fn end(&self) -> Result<(), Error> {
        if matches!(self.state, State::Ended) && self.pending.is_empty() {
            Ok(())
        } else {
            Err(self.damaged())
        }
    }

    fn header(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(header) = self.pending.first_chunk::<HEADER>() else {
            self.state = State::Header;
            return Ok(None);
        };
        let sealing = Sealing::resume(&self.data_key, &self.blob, header)?.ok_or_else(|| self.damaged())?;
        self.pending.advance(HEADER);
        self.frame(Box::new(sealing))
    }

    fn frame(&mut self, mut sealing: Box<Sealing>) -> Result<Option<Bytes>, Error> {
        let Some(word) = self.pending.first_chunk::<4>() else {
            self.state = State::Frames(sealing);
            return Ok(None);
        };
        let (length, last) = seal::frame_length(*word).ok_or_else(|| self.damaged())?;
        if self.pending.len() < 4 + length {
            self.state = State::Frames(sealing);
            return Ok(None);
        }
        self.pending.advance(4);
        let frame = self.pending.split_to(length).to_vec();
        let content = sealing.open(frame, last).ok_or_else(|| self.damaged())?;
        self.state = if last { State::Ended } else { State::Frames(sealing) };
        // An empty blob is one empty frame.
        Ok(Some(content).filter(|content| !content.is_empty()))
    }

    fn damaged(&self) -> Error {
        Error::BlobCorrupt(shown(&self.blob))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: [u8; 32] = [7; 32];

    fn sealed(content: &[u8], part: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let blob = BlobKey::new("op1", "raw/1");
        let mut sealer = Sealer::begin(&KEY, &blob, Compression::Lz4, &mut out).unwrap();
        for part in content.chunks(part) {
            sealer.write(Bytes::copy_from_slice(part), &mut out).unwrap();
        }
        assert_eq!(sealer.finish(&mut out).unwrap(), content.len() as u64);
        out
    }

    fn opened(sealed: &[u8], piece: usize) -> Result<Vec<u8>, Error> {
        let mut opener = Opener::new(KEY, &BlobKey::new("op1", "raw/1"));
        let mut content = Vec::new();
        for piece in sealed.chunks(piece) {
            opener.feed(piece);
            while let Some(part) = opener.content()? {
                content.extend_from_slice(&part);
            }
        }
        opener.end()?;
        Ok(content)
    }

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn what_was_sealed_in_parts_opens_in_pieces(length in 0_usize..2_500_000, part in 1_usize..2_000_000, piece in 1_000_usize..2_000_000) {
            let whole = content(length);
            prop_assert!(opened(&sealed(&whole, part), piece).unwrap() == whole);
        }
    }

    #[test]
    fn what_is_cut_continued_or_changed_never_ends_well() {
        let whole = sealed(&content(2_200_000), 700_000);
        for length in [0, 1, HEADER, HEADER + 3, HEADER + 5, whole.len() / 2, whole.len() - 1] {
            assert!(opened(&whole[..length], 4_096).is_err(), "cut to {length}");
        }
        assert!(opened(&[&whole[..], b"x"].concat(), 4_096).is_err());
        for at in [0, HEADER - 1, HEADER, HEADER + 4, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, 4_096).is_err(), "byte {at}");
        }
    }

    #[test]
    fn damage_is_not_forgotten() {
        let mut opener = Opener::new(KEY, &BlobKey::new("op1", "other"));
        opener.feed(&sealed(&content(10), 10));
        assert!(opener.content().is_err());
        assert!(opener.content().is_err());
        assert!(opener.end().is_err());
    }
}
