//! Where the database is: a URL, a file that holds one, or the file in the data directory.

use super::super::keys::DATABASE_URL;
use super::super::layers::Setting;
use super::super::mask::masked_url;
use super::super::text::quoted;
use super::Check;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use std::fmt::Write;
use std::path::Path;

impl Check<'_> {
    pub fn database_url(&mut self, data_directory: &Path) -> Option<SecretString> {
        let url = self.settings.get(DATABASE_URL)?;
        let file = self.settings.get("database.url_file")?;
        let (has_url, has_file) = (is_given(url), is_given(file));
        if has_url && has_file && url.origin.rank() == file.origin.rank() {
            return self.fault(
                "database.url_file",
                "is given beside database.url; give one of the two",
            );
        }
        if has_file && (!has_url || file.origin.rank() > url.origin.rank()) {
            return self.database_url_from(&self.text("database.url_file"));
        }
        if has_url {
            let secret = SecretString::from(self.text(DATABASE_URL));
            self.shows(
                DATABASE_URL,
                masked_url(secret.expose_secret()),
                url.origin.to_string(),
            );
            return self.usable_database(DATABASE_URL, secret);
        }
        let path = data_directory.join("technician-metrics.db");
        let derived = format!("sqlite:{}", escaped(&path.to_string_lossy()));
        self.shows(
            DATABASE_URL,
            derived.as_str(),
            "derived from data.directory",
        );
        Some(SecretString::from(derived))
    }

    fn database_url_from(&mut self, path: &str) -> Option<SecretString> {
        match std::fs::read_to_string(path) {
            Ok(content) => {
                let secret = SecretString::from(content.trim());
                let masked = masked_url(secret.expose_secret());
                self.shows(DATABASE_URL, masked, "from database.url_file");
                self.usable_database("database.url_file", secret)
            }
            Err(error) => {
                let message = format!("{} cannot be read: {error}", quoted(path));
                self.fault("database.url_file", message)
            }
        }
    }

    /// Parsed here, because the database library ends the process over a URL it cannot parse.
    fn usable_database(&mut self, key: &str, secret: SecretString) -> Option<SecretString> {
        let problem = problem_of(secret.expose_secret());
        let Some(problem) = problem else {
            return Some(secret);
        };
        self.fault(
            key,
            format!(
                "must hold sqlite:path/to/file or postgres://user:password@host/name, but {problem} \
                 (the value is not shown)"
            ),
        )
    }
}

/// What is wrong with a database URL, without a part of it.
fn problem_of(url: &str) -> Option<String> {
    if url.contains(char::is_whitespace) {
        return Some("there is a space in it; write %20".to_owned());
    }
    if let Some(rest) = url.strip_prefix("sqlite:") {
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if path.is_empty() || path.starts_with('?') {
            return Some("it names no file".to_owned());
        }
        if path.starts_with(":memory:") || path.contains("mode=memory") {
            return Some("memory is not shared between connections; name a file".to_owned());
        }
    } else if !["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        return Some("it begins with neither".to_owned());
    } else if url.ends_with("://") {
        return Some("it names no host".to_owned());
    }
    Url::parse(url)
        .err()
        .map(|error| format!("it is not a URL: {error}"))
}

fn is_given(setting: &Setting) -> bool {
    setting.value.as_str().is_some_and(|text| !text.is_empty())
}

/// A path inside a URL: what would end it or change it is percent-encoded (RFC 3986 section 3.3).
fn escaped(path: &str) -> String {
    path.bytes()
        .fold(String::with_capacity(path.len()), |mut url, byte| {
            if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
                url.push(char::from(byte));
            } else {
                let _ = write!(url, "%{byte:02X}");
            }
            url
        })
}
