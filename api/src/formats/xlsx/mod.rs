//! XLSX (ECMA-376): workbooks looked through, read and written.
//!
//! A workbook is an archive of XML made by somebody else: [`archive`] looks it through before anything is taken from
//! it. Nothing in it is ever run or fetched: of a formula the stored result is read, macros and links to other
//! workbooks are passed over.

pub mod archive;
pub mod read;
mod report;
pub(super) mod styles;
pub mod template;
pub mod write;

#[cfg(test)]
mod tests;
