//! The sealed form of a blob: a header, then frames of at most 1 MiB of content.
//!
//! ```text
//! header   magic "NOVABLB1", salt (32 random bytes)
//! frame    length (u32, big endian; the top bit marks the last frame), then as many bytes of ciphertext with its tag
//! content  one byte of form (0 plain, 1 lz4), then the bytes
//! ```
//!
//! Each file has a key of its own: HKDF-SHA256 of the operation's data key with the file's salt. Frames are sealed with
//! AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce is the frame's number
//! and whether it is the last one, so that frames cannot be dropped, repeated, reordered or cut off. The header, the
//! operation and the blob's name are authenticated with every frame: a file put in another's place does not open.

use bytes::Bytes;
use nova_eventlog::{BlobKey, Error};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
    rand::{SecureRandom, SystemRandom},
};

/// Most bytes of content in a frame.
pub(crate) const FRAME: usize = 1024 * 1024;

/// Length of a header.
pub(crate) const HEADER: usize = MAGIC.len() + SALT;

/// Most bytes of ciphertext in a frame: the content, its form and the tag.
const LONGEST: usize = FRAME + 1 + 16;

const MAGIC: &[u8; 8] = b"NOVABLB1";
const SALT: usize = 32;
const LAST: u32 = 1 << 31;
const PLAIN: u8 = 0;
const LZ4: u8 = 1;

/// Whether frames are compressed before they are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// As they are.
    #[default]
    None,
    /// LZ4, where it makes a frame smaller.
    Lz4,
}

/// The key of one file and where in it the next frame stands.
pub(crate) struct Sealing {
    key: LessSafeKey,
    aad: Vec<u8>,
    next: u32,
}

impl Sealing {
    /// Begins a new file: its header, and what seals its frames.
    pub(crate) fn begin(data_key: &[u8; 32], blob: &BlobKey) -> Result<([u8; HEADER], Self), Error> {
        let mut header = [0; HEADER];
        let (magic, salt) = header.split_at_mut(MAGIC.len());
        magic.copy_from_slice(MAGIC);
        SystemRandom::new()
            .fill(salt)
            .map_err(|_| Error::Store("the system gives no random bytes".to_owned()))?;
        let sealing = Self::new(data_key, blob, &header)?;
        Ok((header, sealing))
    }

    /// What opens the frames of the file with this header; none when it is not a header.
    pub(crate) fn resume(data_key: &[u8; 32], blob: &BlobKey, header: &[u8; HEADER]) -> Result<Option<Self>, Error> {
        if !header.starts_with(MAGIC) {
            return Ok(None);
        }
        Self::new(data_key, blob, header).map(Some)
    }

    fn new(data_key: &[u8; 32], blob: &BlobKey, header: &[u8; HEADER]) -> Result<Self, Error> {
        let derived = Salt::new(HKDF_SHA256, &header[MAGIC.len()..]).extract(data_key);
        let key = derived
            .expand(&[b"nova blob"], &AES_256_GCM)
            .map(UnboundKey::from)
            .map_err(|_| Error::Key("no key can be derived for a blob".to_owned()))?;
        let mut aad = header.to_vec();
        aad.extend_from_slice(&(blob.operation.len() as u64).to_be_bytes());
        aad.extend_from_slice(blob.operation.as_bytes());
        aad.extend_from_slice(blob.name.as_bytes());
        Ok(Self {
            key: LessSafeKey::new(key),
            aad,
            next: 0,
        })
    }

    /// Seals the next frame and adds it, with its length, to `out`.
    pub(crate) fn seal(
        &mut self,
        content: &[u8],
        last: bool,
        compression: Compression,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let failed = || Error::Store("a blob cannot be sealed".to_owned());
        let mut frame = Vec::with_capacity(content.len() + 1 + AES_256_GCM.tag_len());
        if let Some(packed) = packed(content, compression) {
            frame.push(LZ4);
            frame.extend_from_slice(&packed);
        } else {
            frame.push(PLAIN);
            frame.extend_from_slice(content);
        }
        let nonce = self.nonce(last).ok_or_else(failed)?;
        self.key
            .seal_in_place_append_tag(nonce, Aad::from(&self.aad), &mut frame)
            .map_err(|_| failed())?;
        let length = u32::try_from(frame.len()).map_err(|_| failed())?;
        out.extend_from_slice(&(if last { length | LAST } else { length }).to_be_bytes());
        out.extend_from_slice(&frame);
        Ok(())
    }

    /// Opens the next frame; none when its seal does not hold.
    pub(crate) fn open(&mut self, mut frame: Vec<u8>, last: bool) -> Option<Bytes> {
        let nonce = self.nonce(last)?;
        let length = self
            .key
            .open_in_place(nonce, Aad::from(&self.aad), &mut frame)
            .ok()?
            .len();
        frame.truncate(length);
        match *frame.first()? {
            PLAIN => Some(Bytes::from(frame).slice(1..)),
            LZ4 => unpacked(frame.get(1..)?).map(Bytes::from),
            _ => None,
        }
    }

    /// The nonce of the next frame; none after 2³² frames, which no file reaches.
    fn nonce(&mut self, last: bool) -> Option<Nonce> {
        let mut nonce = [0; NONCE_LEN];
        nonce[NONCE_LEN - 5..NONCE_LEN - 1].copy_from_slice(&self.next.to_be_bytes());
        nonce[NONCE_LEN - 1] = u8::from(last);
        self.next = self.next.checked_add(1)?;
        Some(Nonce::assume_unique_for_key(nonce))
    }
}

/// What the four bytes before a frame say: its length and whether it is the last; none when no frame has that length.
pub(crate) fn frame_length(bytes: [u8; 4]) -> Option<(usize, bool)> {
    let word = u32::from_be_bytes(bytes);
    let length = usize::try_from(word & !LAST).ok()?;
    (length <= LONGEST).then_some((length, word & LAST != 0))
}

fn packed(content: &[u8], compression: Compression) -> Option<Vec<u8>> {
    match compression {
        Compression::None => None,
        Compression::Lz4 => {
            Some(lz4_flex::block::compress_prepend_size(content)).filter(|packed| packed.len() < content.len())
        }
    }
}

fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    // The size stands first; a frame that claims more than a frame holds is not ours.
    let size = u32::from_le_bytes(packed.get(..4)?.try_into().ok()?);
    if usize::try_from(size).ok()? > FRAME {
        return None;
    }
    lz4_flex::block::decompress_size_prepended(packed).ok()
}
