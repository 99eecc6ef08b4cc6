//! Packed bodies: unpacked within bounds, and whole or not at all.

use super::packing::{gzip, gzip_of_zeros, zstd, zstd_of_zeros};
use crate::headcount::{CHECK, ROWS, csv, fill, row, sound, standing};
use serde_json::json;
use tests::{Persona, Reply, World, on_both_engines};

async fn put(world: &World, packing: &str, body: Vec<u8>) -> Reply {
    world
        .put(Persona::Lancaster, ROWS)
        .if_match("*")
        .header("content-encoding", packing)
        .csv(body)
        .send()
        .await
}

/// The most memory this process ever held, in MiB; `None` where the system does not say.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace()
        .nth(1)?
        .parse::<u64>()
        .ok()
        .map(|kibibytes| kibibytes / 1_024)
}

on_both_engines! {
    async fn packed_files_are_read(world: World) {
        fill(&world, sound(3_500)).await;
        let expected = csv(&world, "").await;
        for (packing, body) in [("gzip", gzip(sound(3_500).as_bytes())), ("zstd", zstd(sound(3_500).as_bytes())),
            ("GZIP", gzip(sound(3_500).as_bytes())), ("identity", sound(3_500).into_bytes())] {
            fill(&world, sound(1)).await;
            put(&world, packing, body).await.expect(200);
            assert_eq!(csv(&world, "").await, expected, "{packing}");
        }
        let rows = gzip(json!({"rows": [row("male", 1)]}).to_string().as_bytes());
        let check = world.post(Persona::Lancaster, CHECK).header("content-encoding", "gzip").body("application/json", rows);
        assert_eq!(check.send().await.expect(200).json()["shown"]["rows"], 1);
    }

    async fn an_unknown_packing_is_refused(world: World) {
        for packing in ["br", "deflate", "compress", "gzip, zstd", "x"] {
            let answer = put(&world, packing, sound(1).into_bytes()).await;
            assert_eq!(answer.problem(415), "unsupported-encoding", "{packing}");
            assert_eq!(answer.json()["detail"], "Content-Encoding may be gzip or zstd.");
        }
        assert_eq!(standing(&world).await["state"], "not-started");
    }

    async fn a_packed_body_is_whole_or_not_at_all(world: World) {
        fill(&world, sound(2)).await;
        let before = standing(&world).await;
        // Every line of it is a sound file: a part of a body must not pass for the whole of it.
        let text = sound(3_500);
        let (gzipped, zstandard) = (gzip(text.as_bytes()), zstd(text.as_bytes()));
        let line = |bytes: &[u8], near: usize| near + bytes[near..].iter().position(|byte| *byte == b'\n').expect("a line") + 1;
        let mut wrong_sum = gzipped.clone();
        *wrong_sum.iter_mut().rev().nth(5).expect("a checksum") ^= 1;
        let broken = [
            ("gzip", gzipped[..line(&gzipped, 200_000)].to_vec()),
            ("gzip", gzipped[..gzipped.len() - 8].to_vec()),
            ("gzip", gzipped[..gzipped.len() - 1].to_vec()),
            ("gzip", gzipped[..5].to_vec()),
            ("gzip", Vec::new()),
            ("gzip", wrong_sum),
            ("gzip", text.clone().into_bytes()),
            ("gzip", zstandard.clone()),
            ("gzip", [gzipped.clone(), zstandard.clone()].concat()),
            ("zstd", zstandard[..line(&zstandard, 200_000)].to_vec()),
            ("zstd", zstandard[..6 + 3 + 128 * 1_024].to_vec()),
            ("zstd", zstandard[..5].to_vec()),
            ("zstd", Vec::new()),
            ("zstd", text.into_bytes()),
            ("zstd", gzipped),
        ];
        for (place, (packing, body)) in broken.into_iter().enumerate() {
            let answer = put(&world, packing, body).await;
            assert_eq!(answer.problem(400), "malformed-body", "{packing} {place}");
            let detail = answer.json()["detail"].as_str().expect("a detail").to_owned();
            assert!(detail.starts_with("At byte ") && detail.ends_with(": it cannot be unpacked."), "{detail}");
        }
        assert_eq!(standing(&world).await, before);
    }

    async fn a_bomb_is_refused_before_it_is_large(world: World) {
        fill(&world, sound(1)).await;
        let before = (standing(&world).await, peak());
        let most = 209_715_200;
        for (packing, body) in [("gzip", gzip_of_zeros(most + 10_000_000)), ("zstd", zstd_of_zeros(24_000))] {
            assert!(body.len() < 2_000_000, "{packing}: {} bytes travel", body.len());
            let answer = put(&world, packing, body).await;
            assert_eq!(answer.problem(413), "body-too-large", "{packing}");
            assert_eq!(answer.json()["detail"], format!("At most {most} bytes are taken here."));
        }
        // 3 GB would have been unpacked. Other scenarios run beside this one, hence the room.
        if let (Some(before), Some(after)) = (before.1, peak()) {
            assert!(after < before + 1_536, "from {before} to {after} MiB");
        }
        assert_eq!(standing(&world).await, before.0);
    }

    async fn what_unpacks_out_of_all_proportion_is_refused(world: World) {
        // Within the limit in size, yet nobody's file: four bytes became 131,072.
        let body = zstd_of_zeros(100);
        let limit = body.len() * 100;
        let answer = put(&world, "zstd", body).await;
        assert_eq!(answer.problem(413), "body-too-large");
        assert_eq!(answer.json()["detail"], format!("At most {limit} bytes are taken here."));
    }
}
