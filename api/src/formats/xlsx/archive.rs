//! A workbook's archive, looked through before it is read: everything is unpacked once into nothing, against limits
//! that hold whatever sizes the archive declares.

use crate::fault::{Fault, Result};
use crate::formats::source;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Read, Seek, SeekFrom};
use zip::ZipArchive;
use zip::result::ZipError;

/// Most bytes a workbook may unpack to, all its parts together.
pub const MAX_UNPACKED: u64 = 200 * 1024 * 1024;
/// Most entries of its archive.
pub const MAX_ENTRIES: usize = 1_000;
/// How many bytes one byte may unpack to, in parts of more than [`RATIO_FROM`].
pub const MAX_RATIO: u64 = 100;
/// Below this, a part may be packed as tightly as it can be.
pub const RATIO_FROM: u64 = 1024 * 1024;
/// Most bytes of the table of texts, which is held in memory.
pub const MAX_STRINGS: u64 = 32 * 1024 * 1024;
/// Most texts in it.
const MAX_TEXTS: u64 = 1_000_000;
/// Most bytes of styles, of the list of sheets, and of a list of relations.
const MAX_FRAME: u64 = 4 * 1024 * 1024;
/// Most merged areas of one sheet.
const MAX_MERGED: u64 = 10_000;
/// Most bytes between two elements: a cell has at most 32,767 characters.
const MAX_GAP: u64 = 1024 * 1024;
/// Where the directory's end must be: its record and the longest comment.
const TAIL: u64 = 22 + 65_535;

/// What was seen on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether any sheet has merged cells.
    pub merged: bool,
}

fn malformed(place: impl Into<String>, reason: impl Into<String>) -> Fault {
    Fault::MalformedBody {
        place: place.into(),
        reason: reason.into(),
    }
}

/// Looks an archive through and goes back to its start.
///
/// # Errors
/// [`Fault::MalformedBody`] where it is no workbook, not whole, locked, or holds what no workbook holds;
/// [`Fault::BodyTooLarge`] where it unpacks to more than [`MAX_UNPACKED`].
pub fn look_through<R: Read + Seek>(source: &mut R) -> Result<Seen> {
    recognise(source)?;
    bounded_directory(source)?;
    let length = source.seek(SeekFrom::End(0)).map_err(source::fault)?;
    let mut archive = ZipArchive::new(&mut *source).map_err(|_| cut_off())?;
    let overlapping = archive.has_overlapping_files().map_err(|_| cut_off())?;
    if archive.has_duplicate_names() || overlapping {
        return Err(malformed(
            "archive",
            "two of its entries share a name or a place",
        ));
    }
    let mut budget = MAX_UNPACKED;
    let mut seen = Seen::default();
    let mut workbook = false;
    for index in 0..archive.len() {
        let name = archive.name_for_index(index).and_then(Result::ok);
        let name = name
            .map(|name| name.to_ascii_lowercase())
            .unwrap_or_default();
        foreign(&name)?;
        workbook |= name == "[content_types].xml";
        let part = archive
            .by_index(index)
            .map_err(|error| unreadable(&name, &error))?;
        let packed = part.compressed_size().min(length);
        let mut watch = Watch {
            inner: part,
            name: &name,
            left: budget,
            read: 0,
            most: packed.saturating_mul(MAX_RATIO).max(RATIO_FROM),
            gap: 0,
            tripped: None,
        };
        let looked = if is_xml(&name) {
            look_at_xml(&name, &mut watch, &mut seen)
        } else {
            std::io::copy(&mut watch, &mut std::io::sink())
                .map(|_| ())
                .map_err(|_| broken(&name))
        };
        // What the watch stopped is said in its words; the reader above only saw the end.
        match watch.tripped.take() {
            Some(fault) => return Err(fault),
            None => looked?,
        }
        budget = watch.left;
    }
    if !workbook {
        return Err(malformed(
            "file",
            "it is a ZIP archive, but not a workbook (.xlsx)",
        ));
    }
    source.rewind().map_err(source::fault)?;
    Ok(seen)
}

fn cut_off() -> Fault {
    malformed(
        "archive",
        "the file is cut off or damaged; save the workbook again",
    )
}

fn broken(name: &str) -> Fault {
    malformed(
        name,
        "this part of the workbook is damaged; save the workbook again",
    )
}

fn unreadable(name: &str, error: &ZipError) -> Fault {
    match error {
        ZipError::UnsupportedArchive(reason) => {
            malformed(name, format!("this part cannot be unpacked: {reason}"))
        }
        _ => broken(name),
    }
}

/// Says what a file is that is no XLSX.
fn recognise<R: Read + Seek>(source: &mut R) -> Result<()> {
    source.rewind().map_err(source::fault)?;
    let mut start = Vec::with_capacity(512);
    source
        .by_ref()
        .take(512)
        .read_to_end(&mut start)
        .map_err(source::fault)?;
    let text = start
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&start)
        .trim_ascii_start();
    let reason = if start.starts_with(b"PK\x03\x04") {
        return Ok(());
    } else if start.is_empty() {
        "it is empty"
    } else if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        "it is a workbook of the older format (.xls) or one locked with a password; save it as .xlsx, without a password"
    } else if text.starts_with(b"<") {
        "it is HTML or XML under the name of a workbook; open it in a spreadsheet program and save it as .xlsx"
    } else if text.starts_with(b"%PDF") {
        "it is a PDF, not a workbook (.xlsx)"
    } else if text.contains(&b',') || text.contains(&b';') {
        "it is not a workbook (.xlsx); if it is CSV, send it as text/csv"
    } else {
        "it is not a workbook (.xlsx)"
    };
    Err(malformed("file", reason))
}

/// Refuses a directory of very many entries before it is read into memory.
fn bounded_directory<R: Read + Seek>(source: &mut R) -> Result<()> {
    let length = source.seek(SeekFrom::End(0)).map_err(source::fault)?;
    let from = length.saturating_sub(TAIL);
    source.seek(SeekFrom::Start(from)).map_err(source::fault)?;
    let mut tail = Vec::new();
    source.read_to_end(&mut tail).map_err(source::fault)?;
    source.rewind().map_err(source::fault)?;
    for record in tail
        .windows(22)
        .filter(|record| record.starts_with(b"PK\x05\x06"))
    {
        let entries = match record {
            [_, _, _, _, _, _, _, _, _, _, low, high, ..] => u16::from_le_bytes([*low, *high]),
            _ => 0,
        };
        if usize::from(entries) > MAX_ENTRIES {
            let reason = format!("it has {entries} entries; a workbook has at most {MAX_ENTRIES}");
            return Err(malformed("archive", reason));
        }
        let placed = record.get(12..20).unwrap_or_default();
        if placed.chunks(4).any(|size| size == [0xff; 4]) {
            return Err(malformed(
                "archive",
                "it is a ZIP64 archive, which no workbook needs",
            ));
        }
    }
    Ok(())
}

/// Names that tell other formats.
fn foreign(name: &str) -> Result<()> {
    match name {
        "mimetype" => Err(malformed(
            "file",
            "it is an OpenDocument file (.ods); save it as .xlsx",
        )),
        "xl/workbook.bin" => Err(malformed(
            "file",
            "it is a binary workbook (.xlsb); save it as .xlsx",
        )),
        "word/document.xml" | "ppt/presentation.xml" => Err(malformed(
            "file",
            "it is a document or a presentation, not a workbook (.xlsx)",
        )),
        _ => Ok(()),
    }
}

fn is_xml(name: &str) -> bool {
    [".xml", ".rels", ".vml"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// A part while it is unpacked, stopped at the limits.
struct Watch<'n, R> {
    inner: R,
    name: &'n str,
    /// What is left of the whole workbook's allowance.
    left: u64,
    read: u64,
    /// What this part may unpack to, by its packed size and later by what it turns out to be.
    most: u64,
    /// Bytes since the last element began.
    gap: u64,
    tripped: Option<Fault>,
}

impl<R: Read> Read for Watch<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        let long = count as u64;
        self.read += long;
        self.gap = match bytes.iter().rposition(|byte| *byte == b'<') {
            Some(place) => (count - place) as u64,
            None => self.gap + long,
        };
        let fault = if long > self.left {
            Some(Fault::BodyTooLarge {
                limit: MAX_UNPACKED,
            })
        } else if self.read > self.most {
            let reason = format!(
                "it unpacks to more than {} bytes, more than such a part may have",
                self.most
            );
            Some(malformed(self.name, reason))
        } else if is_xml(self.name) && self.gap > MAX_GAP {
            Some(malformed(self.name, "it holds a text of more than 1 MiB"))
        } else {
            None
        };
        if fault.is_some() {
            self.tripped = fault;
            return Err(std::io::Error::other("limit"));
        }
        self.left -= long;
        Ok(count)
    }
}

/// Reads a part's elements: none is kept.
fn look_at_xml<R: Read>(name: &str, watch: &mut Watch<'_, R>, seen: &mut Seen) -> Result<()> {
    let mut counts = Counts::default();
    let mut reader = Reader::from_reader(BufReader::with_capacity(64 * 1024, watch));
    let mut buffer = Vec::new();
    let mut root = true;
    loop {
        buffer.clear();
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|_| broken(name))?;
        let element = match event {
            Event::DocType(_) => {
                return Err(malformed(
                    name,
                    "it declares a document type or entities, which no workbook does",
                ));
            }
            Event::Eof => break,
            Event::Start(element) | Event::Empty(element) => element,
            _ => continue,
        };
        if std::mem::take(&mut root)
            && let Some(most) = most_of(element.local_name().as_ref())
        {
            let watch = &mut **reader.get_mut().get_mut();
            watch.most = watch.most.min(most);
            if watch.read > watch.most {
                return Err(malformed(name, format!("it has more than {most} bytes")));
            }
        }
        counts.element(name, &element)?;
    }
    seen.merged |= counts.merged > 0;
    Ok(())
}

/// The most bytes of a part by its root element, where it is held in memory.
fn most_of(root: &str) -> Option<u64> {
    match root {
        "sst" => Some(MAX_STRINGS),
        "styleSheet" | "workbook" | "Relationships" => Some(MAX_FRAME),
        _ => None,
    }
}

#[derive(Default)]
struct Counts {
    texts: u64,
    merged: u64,
}

impl Counts {
    fn element(&mut self, name: &str, element: &BytesStart<'_>) -> Result<()> {
        let reference = match element.local_name().as_ref() {
            "si" => {
                self.texts += 1;
                None
            }
            "mergeCell" => {
                self.merged += 1;
                Some("ref")
            }
            "c" | "row" => Some("r"),
            "dimension" => Some("ref"),
            _ => None,
        };
        if self.texts > MAX_TEXTS {
            let reason = format!("it has more than {MAX_TEXTS} texts");
            return Err(malformed(name, reason));
        }
        if self.merged > MAX_MERGED {
            let reason = format!("it has more than {MAX_MERGED} merged areas");
            return Err(malformed(name, reason));
        }
        let Some(wanted) = reference else {
            return Ok(());
        };
        let value = element
            .try_get_attribute(wanted)
            .map_err(|_| broken(name))?;
        match value {
            Some(value) if !value.value.split(':').all(is_place) => {
                let shown: String = value.value.chars().take(20).collect();
                Err(malformed(
                    name,
                    format!("\u{201c}{shown}\u{201d} is no place on a sheet"),
                ))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a text is a row, or a column and a row, that a sheet can have.
fn is_place(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = text.get(letters..).unwrap_or_default();
    letters <= 3
        && (1..=7).contains(&digits.len())
        && digits
            .parse::<u32>()
            .is_ok_and(|row| (1..=1_048_576).contains(&row))
}
