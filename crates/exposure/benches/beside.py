#!/usr/bin/env python3
"""The draft of `cargo bench -p exposure` with 10 million people and 10,000 sparse facts, in DuckDB and in pandas.

The same people in the same circles (the generator is the bench's own), the same two questions: how many people are in
every circle, and the posterior (1 % of those outside a circle know by hearsay). One thread each. What a user of those
tools would write; building the table is not counted, as building the ledger is not there.

    python3 -m venv v && v/bin/pip install duckdb pandas && v/bin/python crates/exposure/benches/beside.py
"""

import statistics
import time

import duckdb
import numpy as np
import pandas as pd

PEOPLE, FACTS, EACH, RUNS = 10_000_000, 10_000, 1_000, 5
EPSILON = 0.01


def circles():
    """SplitMix64 from 7, as the bench draws; and three people who are in every circle."""
    step = np.uint64(0x9E3779B97F4A7C15)
    with np.errstate(over="ignore"):
        z = np.uint64(7) + step * np.arange(1, FACTS * EACH + 1, dtype=np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = (z ^ (z >> np.uint64(31))) % np.uint64(PEOPLE)
    person = np.concatenate([z.astype(np.uint32), np.tile(np.arange(3, dtype=np.uint32), FACTS)])
    fact = np.concatenate([np.repeat(np.arange(FACTS, dtype=np.uint32), EACH), np.repeat(np.arange(FACTS, dtype=np.uint32), 3)])
    return pd.DataFrame({"person": person, "fact": fact}).drop_duplicates(ignore_index=True)


def timed(what, work):
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    print(f"{what:<32} {statistics.median(times) * 1000:9.1f} ms   {result}")


def main():
    table = circles()
    print(f"{len(table):,} rows; median of {RUNS} runs")
    base = duckdb.connect()
    base.execute("SET threads = 1")
    base.register("df", table)
    base.execute("CREATE TABLE circle AS SELECT person, fact FROM df")
    survivors = f"SELECT count(*) FROM (SELECT person FROM circle GROUP BY person HAVING count(*) = {FACTS})"
    # Misses are counted from the best, so that the weights do not vanish.
    posterior = f"""
        WITH hits AS (SELECT count(*) AS n FROM circle GROUP BY person),
             best AS (SELECT max(n) AS n FROM hits)
        SELECT sum(power({EPSILON}, best.n - hits.n)) + ({PEOPLE} - count(*)) * power({EPSILON}, any_value(best.n)) FROM hits, best"""
    timed("DuckDB, people in every circle", lambda: base.execute(survivors).fetchone()[0])
    timed("DuckDB, posterior (k)", lambda: base.execute(posterior).fetchone()[0])

    def pandas_survivors():
        return int((table.groupby("person", sort=False).size() == FACTS).sum())

    def pandas_posterior():
        hits = table.groupby("person", sort=False).size().to_numpy()
        best = hits.max()
        return float((EPSILON ** (best - hits)).sum() + (PEOPLE - len(hits)) * EPSILON**best)

    timed("pandas, people in every circle", pandas_survivors)
    timed("pandas, posterior (k)", pandas_posterior)


main()
