//! How PostgreSQL finds things when the table of calls has grown: over an index, never through all of it.

use tokio_postgres::SimpleQueryMessage;

use super::{Bench, PostgresBench, address};
use crate::ledger::postgres::due::{DUE, NEXT};

/// So many calls have ended. A scan of them all would still be quick; the plan tells.
const ENDED: i64 = 20_000;

impl PostgresBench {
    async fn plan(&self, mode: &str, types: &str, sql: &str, values: &str) -> String {
        let client = self.client().await;
        let prepare = format!(
            "SET plan_cache_mode = {mode}; DEALLOCATE ALL; PREPARE asked ({types}) AS {sql}"
        );
        client.batch_execute(&prepare).await.unwrap();
        let explain = format!("EXPLAIN EXECUTE asked ({values})");
        let rows = client.simple_query(&explain).await.unwrap();
        let lines = rows.iter().filter_map(|row| {
            if let SimpleQueryMessage::Row(row) = row { row.get(0) } else { None }
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    async fn many_ended_calls(&self) {
        let sql = format!(
            "INSERT INTO call (id, created_at, ended_at, phase, outcome, engine)
             SELECT 'ended ' || n, n, n, 'Ended', 'completed', 1 FROM generate_series(1, {ENDED}) n;
             INSERT INTO call (id, created_at, phase, engine, next_due)
             SELECT 'live ' || n, n, 'InFlow', 1, 1000 + n FROM generate_series(1, 500) n"
        );
        self.client().await.batch_execute(&sql).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_due_is_found_without_reading_the_calls_that_have_ended() {
    if address().is_none() {
        return eprintln!("left out: SWITCHBOARD_TEST_POSTGRES is not set");
    }
    let bench = PostgresBench::new();
    let replica = bench.another().await;
    bench.many_ended_calls().await;
    let due =
        ("bigint, bigint, bigint, integer, bigint, text[]", DUE, "2000, 50, 1, 1, 2000, '{}'");
    let next = ("bigint, bigint, integer, text[]", NEXT, "1, 64, 1, '{}'");
    for analyzed in [false, true] {
        if analyzed {
            bench.client().await.batch_execute("ANALYZE").await.unwrap();
        }
        for (types, sql, values) in [due, next] {
            for mode in ["force_custom_plan", "force_generic_plan"] {
                let plan = bench.plan(mode, types, sql, values).await;
                assert!(!plan.contains("Seq Scan on call"), "{mode}, {analyzed}:\n{plan}");
            }
        }
    }
    drop(replica);
}
