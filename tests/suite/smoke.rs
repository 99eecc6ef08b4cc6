//! The first path through the house.

use tests::{Persona, on_both_engines};

on_both_engines! {
    async fn a_return_is_filled_submitted_and_counted(world: World) {
        let base = "/v1/institutions/lancaster/returns/headcount/2024-25";
        let csv = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte\n\
                   institution,laboratory,not-known,female,26-30,open-ended,full-time,12,12,11.5\n\
                   institution,laboratory,not-known,male,26-30,open-ended,full-time,8,8,7.25\n";
        let put = world.put(Persona::Lancaster, &format!("{base}/rows")).if_match("*").csv(csv).send().await.expect(200);
        assert_eq!(put.json()["shown"]["totals"][0]["total"], 20);
        let submitted = world.submit(Persona::Lancaster, base, serde_json::json!({})).await.expect(200);
        assert_eq!(submitted.json()["revision"], 1);
        let answer = world.get(Persona::Board, "/v1/sector/query?measure=fte&group_by=year,sex").send().await.expect(200).json();
        assert_eq!(answer["cells"][0]["value"], serde_json::json!(11.5));
        assert_eq!(answer["cells"][0]["contributors"], 1);
    }
}
