//! Images: whatever they show, a valid one of the same type with a single pixel takes their place.

/// How files of a type begin, and the smallest valid file.
const TYPES: &[(&[u8], &[u8])] = &[
    (b"\x89PNG", PNG),
    (
        b"GIF8",
        b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
    ),
    (b"\xff\xd8\xff", JPEG),
    (b"BM", BMP),
    (
        b"RIFF",
        b"RIFF\x1a\0\0\0WEBPVP8L\r\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0",
    ),
    (
        b"<svg",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>",
    ),
    (
        b"<?xml",
        b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>",
    ),
];

/// A white pixel.
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\x0bIDATx\xda\
    c\xf8\x0f\x04\0\t\xfb\x03\xfdh\xfa\x1c\xcc\0\0\0\0IEND\xaeB`\x82";

/// A grey pixel, baseline: one quantisation table of ones, and Huffman tables of one code each.
const JPEG: &[u8] =
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xdb\0C\0\x01\x01\x01\x01\x01\x01\x01\x01\
    \x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\
    \x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\
    \x01\x01\x01\x01\x01\x01\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\xff\xc4\0\x14\0\x01\0\0\0\0\0\
    \0\0\0\0\0\0\0\0\0\0\0\xff\xc4\0\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xda\0\x08\x01\x01\
    \0\0?\0?\xff\xd9";

/// A white pixel of 24 bits.
const BMP: &[u8] =
    b"BM:\0\0\0\0\0\0\0\x36\0\0\0(\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\
    \0\0\0\0\0\0\0\0\xff\xff\xff\0";

/// The tiny image for bytes; those of an unknown type become a PNG, nothing stays nothing.
pub(crate) fn replace(bytes: &[u8]) -> &'static [u8] {
    if bytes.is_empty() {
        return b"";
    }
    TYPES
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
        .or_else(|| TYPES.first())
        .map_or(b"", |(_, tiny)| tiny)
}

/// Appends the replacement of an image in base64 or in a data URL; false when the text is neither.
pub(super) fn mask_text(core: &str, out: &mut String) -> bool {
    let (head, data) = match core.split_once(";base64,") {
        Some((head, data)) if core.starts_with("data:") => (Some(head), data),
        _ => (None, core),
    };
    // Enough to know the type by.
    let start: String = data.chars().filter(|c| !c.is_whitespace()).take(16).collect();
    let Some(bytes) = decode(&start) else { return false };
    if let Some(head) = head {
        out.push_str(head);
        out.push_str(";base64,");
    }
    encode(replace(&bytes), out);
    true
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let byte = match byte {
            b'=' => break,
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
        let value = ALPHABET.iter().position(|letter| *letter == byte)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count).to_le_bytes()[0]);
        }
    }
    Some(out)
}

fn encode(bytes: &[u8], out: &mut String) {
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                let index = usize::from((word >> (18 - 6 * place)).to_le_bytes()[0] & 63);
                out.push(char::from(ALPHABET[index]));
            } else {
                out.push('=');
            }
        }
    }
}
