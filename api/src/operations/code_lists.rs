//! Codes that the board adds, renames and closes. A code is never removed: figures were recorded by it.

use super::{IfMatch, Service, bounded};
use crate::access::{RegistryScope, RegistryWrite};
use crate::domain::code_lists::{CodeEntry, parents_of};
use crate::fault::{Fault, Noun, Result, Violation};
use entity::code_lists::Model;
use entity::values::{AcademicYear, Code, UnknownCode};

/// The code of what a source does not know: it may always be used.
const NOT_KNOWN: &str = "not-known";
/// Most codes of a list.
const MAX_CODES: usize = 5_000;

/// A code as it was sent.
#[derive(Clone, Debug, Default)]
pub struct CodeInput {
    /// What it stands for.
    pub label: String,
    /// First year it may be used in.
    pub valid_from: Option<String>,
    /// Last year it may be used in.
    pub valid_to: Option<String>,
    /// The wider code it belongs to.
    pub parent: Option<String>,
    /// Whose code and label it is.
    pub source: String,
    /// Order within the list; at its end, or where it stands, where nothing is said.
    pub position: Option<i32>,
}

/// One code of a list.
///
/// # Errors
/// [`Fault::NotFound`] where there is no such list or code.
pub async fn get(service: &Service, list: &str, code: &str) -> Result<CodeEntry> {
    let lists = service.codes_current().await?;
    if lists.list(list).is_none() {
        return Err(Fault::NotFound(Noun::CodeList));
    }
    let found = lists.find(list, code).cloned();
    found.ok_or(Fault::NotFound(Noun::Code))
}

/// Adds a code to a list that is there, or changes one.
pub async fn put(
    service: &Service,
    scope: &RegistryScope<RegistryWrite>,
    list: &str,
    code: &str,
    if_match: IfMatch,
    input: CodeInput,
) -> Result<CodeEntry> {
    if_match.check_given()?;
    let now = service.now();
    let tx = service.store.begin_registry(scope).await?;
    let codes = tx.registry().lock_codes(list).await?;
    if codes.is_empty() {
        return Err(Fault::NotFound(Noun::CodeList));
    }
    let code: Code = code
        .parse()
        .map_err(|fault| Fault::parameter("code", "unknown-form", format!("{fault}.")))?;
    let before = codes.iter().find(|known| known.code == code);
    if_match.check(before.map_or(0, |known| known.version))?;
    if before.is_none() && codes.len() >= MAX_CODES {
        let message = format!("A list has at most {MAX_CODES} codes.");
        return Err(Fault::body("", "too-many", message));
    }
    let elsewhere = match parents_of(list) {
        own if own == list => None,
        other => Some(tx.registry().lock_codes(other).await?),
    };
    let parents = elsewhere.as_deref().unwrap_or(&codes);
    let mut after = input.parse(&codes, parents, list, &code)?;
    after.changed_at = Some(now);
    after.version = before.map_or(0, |known| known.version) + 1;
    let subject = format!("code-lists/{list}/codes/{code}");
    let line = service.change(now, "code.put", subject);
    tx.audit(line.with(before.map(shown), shown(&after)))
        .await?;
    match before {
        Some(_) => tx.registry().update_code(after.clone()).await?,
        None => tx.registry().insert_code(after.clone()).await?,
    }
    tx.commit().await?;
    service.codes_current().await?;
    Ok(CodeEntry {
        code: after.code,
        label: after.label,
        valid_from: after.valid_from,
        valid_to: after.valid_to,
        parent: after.parent,
        source: after.source,
        position: after.position,
        version: after.version,
    })
}

fn shown(code: &Model) -> serde_json::Value {
    serde_json::json!({
        "label": code.label, "valid_from": code.valid_from, "valid_to": code.valid_to, "parent": code.parent,
        "source": code.source, "position": code.position,
    })
}

impl CodeInput {
    /// Every member parsed; all faults at once.
    fn parse(self, codes: &[Model], parents: &[Model], list: &str, code: &Code) -> Result<Model> {
        let mut faults = Vec::new();
        let mut keep = |checked: Result<String>| match checked {
            Ok(text) => text,
            Err(fault) => {
                faults.extend_from_slice(fault.violations());
                String::new()
            }
        };
        let label = keep(bounded("/label", &self.label, 300));
        let source = keep(bounded("/source", &self.source, 1_000));
        let mut year = |pointer: &str, text: Option<String>| {
            let text = text?;
            let refuse = |fault: UnknownCode| {
                faults.push(Violation::at(pointer, "unknown-code", format!("{fault}.")));
            };
            text.parse::<AcademicYear>().map_err(refuse).ok()
        };
        let valid_from = year("/valid_from", self.valid_from);
        let valid_to = year("/valid_to", self.valid_to);
        if let (Some(from), Some(to)) = (valid_from, valid_to)
            && from > to
        {
            let message = "The last year comes before the first.";
            faults.push(Violation::at("/valid_to", "before-start", message));
        }
        if code.as_str() == NOT_KNOWN && (valid_from.is_some() || valid_to.is_some()) {
            let message = "What a source does not know may be said in every year.";
            faults.push(Violation::at("/valid_to", "always-valid", message));
        }
        let parent = self.parent.as_deref().and_then(|text| {
            let found = parents.iter().find(|known| known.code.as_str() == text);
            let wider = parents_of(list);
            let message = match found {
                None => format!("\u{201c}{text}\u{201d} is not in the code list {wider}."),
                Some(found) if wider == list && is_within(codes, &found.code, code) => {
                    "A code is not part of itself, nor of one of its own parts.".to_owned()
                }
                Some(found) => return Some(found.code.clone()),
            };
            faults.push(Violation::at("/parent", "unknown-code", message));
            None
        });
        let standing = codes.iter().find(|known| known.code == *code);
        let last = codes.iter().map(|known| known.position).max().unwrap_or(0);
        let position = self
            .position
            .or_else(|| standing.map(|known| known.position))
            .unwrap_or_else(|| last.saturating_add(1));
        if !(0..=1_000_000).contains(&position) {
            let message = "A place in the list is from 0 to 1,000,000.";
            faults.push(Violation::at("/position", "out-of-range", message));
        }
        if !faults.is_empty() {
            return Err(Fault::InvalidBody(faults));
        }
        Ok(Model {
            list: list.to_owned(),
            code: code.clone(),
            label,
            position,
            valid_from,
            valid_to,
            parent,
            source,
            changed_at: None,
            version: 0,
        })
    }
}

/// Whether a code is another, or part of it.
fn is_within(codes: &[Model], inner: &Code, outer: &Code) -> bool {
    let mut at = Some(inner);
    // As many steps as there are codes: a circle that is there already does not hold us up.
    for _ in 0..=codes.len() {
        match at {
            None => return false,
            Some(code) if code == outer => return true,
            Some(code) => {
                let found = codes.iter().find(|known| known.code == *code);
                at = found.and_then(|known| known.parent.as_ref());
            }
        }
    }
    true
}
