//! Pages that tell somebody what to type, followed as they are written.

use tests::pages::follow;
use tests::program::Demo;

/// Follows a page beside a fresh demonstration, in a directory where nothing is.
fn beside_a_demonstration(page: &str) {
    let demo = Demo::start();
    let place = tempfile::TempDir::new().expect("a directory");
    let directory = demo.directory.to_str().expect("a path");
    follow(
        page,
        &[("SERVER", &demo.base_url), ("DEMO", directory)],
        place.path(),
    );
}

#[test]
fn the_page_of_the_nightly_job() {
    beside_a_demonstration("NIGHTLY-JOB.md");
}
