//! Packed bodies made by hand, sound and broken: gzip (RFC 1952, RFC 1951) and zstd (RFC 8878).
//!
//! By hand, since no program packs what no honest sender sends.

const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// Most bytes of a stored block of gzip.
const STORED: usize = 0xffff;
/// Bytes of a full block of zstd, as its window below allows.
const BLOCK: usize = 128 * 1_024;

/// Bytes as gzip packs what it cannot make smaller.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GZIP_HEAD.to_vec();
    let blocks: Vec<&[u8]> = bytes.chunks(STORED).collect();
    for (place, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).expect("a stored block is short");
        packed.push(u8::from(place + 1 == blocks.len()));
        packed.extend_from_slice(&length.to_le_bytes());
        packed.extend_from_slice(&(!length).to_le_bytes());
        packed.extend_from_slice(block);
    }
    packed.extend_from_slice(&checksum(bytes).to_le_bytes());
    packed.extend_from_slice(&u32::try_from(bytes.len()).expect("small").to_le_bytes());
    packed
}

/// The checksum of gzip.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

/// A gzip body that becomes that many bytes of zero or a few more, at 159 times its size, which is near the most that
/// the fixed codes of deflate can do. Its end is missing: nobody should come so far.
pub fn gzip_of_zeros(bytes: usize) -> Vec<u8> {
    let (mut packed, mut held, mut bits) = (GZIP_HEAD.to_vec(), 0_u32, 0_u32);
    let mut put = |value: u32, width: u32| {
        held |= value << bits;
        bits += width;
        while bits >= 8 {
            packed.push((held & 0xff) as u8);
            held >>= 8;
            bits -= 8;
        }
    };
    put(0b011, 3); // The last block, with fixed codes.
    put(0b0000_1100, 8); // The literal 0: 00110000, first bit first.
    for _ in 0..=bytes / 258 {
        put(0b1010_0011, 8); // Length 258: 11000101, first bit first.
        put(0, 5); // Distance 1.
    }
    packed
}

/// The head of a zstd frame with a window of one block, and no checksum.
const ZSTD_HEAD: [u8; 6] = [0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3];

/// The head of a block: its kind (0 as it is, 1 one byte repeated) and size.
fn block(last: bool, kind: u32, size: usize) -> [u8; 3] {
    let head = u32::from(last) | kind << 1 | u32::try_from(size).expect("a block is small") << 3;
    let [a, b, c, _] = head.to_le_bytes();
    [a, b, c]
}

/// Bytes as zstd packs what it cannot make smaller.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ZSTD_HEAD.to_vec();
    let blocks: Vec<&[u8]> = bytes.chunks(BLOCK).collect();
    for (place, part) in blocks.iter().enumerate() {
        packed.extend_from_slice(&block(place + 1 == blocks.len(), 0, part.len()));
        packed.extend_from_slice(part);
    }
    packed
}

/// A zstd body of so many blocks of zeros: 128 KiB from four bytes each.
pub fn zstd_of_zeros(blocks: usize) -> Vec<u8> {
    let mut packed = ZSTD_HEAD.to_vec();
    for place in 1..=blocks {
        packed.extend_from_slice(&block(place == blocks, 1, BLOCK));
        packed.push(0);
    }
    packed
}
