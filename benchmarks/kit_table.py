"""From the figures of `kit_bench.py` to the table of what must be reached, in Markdown.

`python benchmarks/kit_table.py FIGURES.json` prints it again. A row of a search counts only when every
engine in it found all true answers and nothing else; otherwise it is void and says so.
"""

import json
import sys
from pathlib import Path

STOCK, TUNED, PLAIN = "threatexchange", "faiss multi 11x23 r2", "plain multi-index"
KINDS = ("miss", "hit", "natural", "dense")


def row(what, ours, peers, value, must, aim="", *, least=True, recall=None, sound=True):
    """One line: the value against what it must reach and what we aim for; `least`: more is better.

    `recall`: the lowest of the row's engines; below 1 the row is void, as it is unless `sound`.
    With `must` None the figure is only told.
    """

    def reached(mark):
        return value >= mark if least else value <= mark

    sound = sound and recall in {None, 1.0}
    if must is None:
        return f"| {what} | | | {ours} | {peers} | {value:.3g} | | told |"
    verdict = "void" if not sound else "**missed**" if not reached(must) else "reached"
    if verdict == "reached" and aim != "" and reached(aim):
        verdict = "aim reached"
    sign = "≥" if least else "≤"
    goal = f"{sign} {aim:g}" if aim != "" else ""
    told = "" if recall is None else f"{recall:.3f}"
    return f"| {what} | {sign} {must:g} | {goal} | {ours} | {peers} | {value:.3g} | {told} | {verdict} |"


def lowest_recall(*engines, kinds=("miss", "hit")):
    """Of all engines and queries; 0 where one invented an answer."""
    asked = [engine[kind] for engine in engines for kind in kinds if kind in engine]
    return min(one["recall"] if one["precision"] == 1.0 else 0.0 for one in asked)


def hashing_rows(figures):
    speed, large = figures["hashing"]["speed"], figures["hashing"]["speed_large"]
    same, fast = (
        figures["hashing"]["full_to_pdqhash_same_pixels"],
        figures["hashing"]["fast_to_full"],
    )
    right = same["max"] == 0 and figures["hashing"]["exact_to_threatexchange"]["max"] == 0
    made = figures["hashing"]["fast_to_full_generated"]
    near = all(one["p95"] <= 4 and one["max"] <= 8 for one in (fast, made))

    def line(name, speeds, must, aim, sound):
        pair = f"{speeds[name]:.0f}/s", f"{speeds[STOCK]:.3g}/s"
        return *pair, speeds[name] / speeds[STOCK], must, aim, sound

    for what, (mine, theirs, ratio, must, aim, sound) in {
        "JPEG to PDQ, full decode, × threatexchange": line("copse full", speed, 11, 14, right),
        "JPEG to PDQ, fast mode, × threatexchange": line("copse fast", speed, 18, 23, near),
        "12 megapixels, fast mode, × threatexchange": line("copse fast", large, 40, 60, near),
    }.items():
        yield row(what, mine, theirs, ratio, must, aim, sound=sound)
    whole = speed["copse fast + MD5, SHA-1, SHA-256"]
    yield row("The same with three digests, × the peer's PDQ alone", f"{whole:.0f}/s",
              f"{speed[STOCK]:.3g}/s", whole / speed[STOCK], None)  # fmt: skip
    for name, drift in (("measured and shared", fast), ("generated", made)):
        said = f"median {drift['median']:g}, p99 {drift['p99']}, quality {drift['quality']}"
        what = f"Fast mode's drift, {drift['pictures']} {name} JPEGs, bits:"
        yield row(f"{what} p95", said, "full decode", drift["p95"], 4, least=False)
        yield row(f"{what} most", "", "full decode", drift["max"], 8, least=False)


def search_rows(figures):
    for count in figures["sizes"]:
        found = figures[f"matching-{count}"]["random"]
        ours, stock, tuned = found["copse"], found[STOCK], found[TUNED]
        peers = [(stock, "threatexchange", *((40, 60) if count < 5_000_000 else (100, 200)))]
        if count >= 5_000_000:
            peers.append((tuned, "faiss 11x23 r2", 55, 110))
        for peer, name, must, aim in peers:
            mine, theirs = ours["miss"]["batch_us"], peer["miss"]["batch_us"]
            what = f"Exact query, radius 31, {count // 1_000_000} million, × {name}"
            pair = f"{mine:.1f} µs", f"{theirs:,.0f} µs"
            yield row(what, *pair, theirs / mine, must, aim, recall=lowest_recall(ours, peer))
    count = figures["sizes"][-1]
    found = figures[f"matching-{count}"]["clustered"]
    ours, plain = found["copse"], found[PLAIN]
    mine, theirs = ours["dense"]["batch_us"], plain["dense"]["batch_us"]
    yield row(
        f"Queries of ~1,000 answers, {count // 1_000_000} million, time ÷ plain multi-index",
        f"{mine:.0f} µs, {ours['dense']['answers']:.0f} answers", f"{theirs:.0f} µs", mine / theirs,
        1.2, least=False, recall=lowest_recall(ours, plain, kinds=KINDS),
    )  # fmt: skip


def index_rows(figures):
    count = figures["sizes"][-1]
    found, serving = figures[f"matching-{count}"]["random"], figures["serving"]
    ours, stock = found["copse"], found[STOCK]
    millions = f"{count // 1_000_000} million"
    mine = max(ours["peak_mb"], serving["open"]["serving_peak_mb"])
    yield row(
        f"Peak memory at {millions}, threatexchange's ÷ ours", f"{mine:,} MB",
        f"{stock['peak_mb']:,} MB", stock["peak_mb"] / mine, 5, 6, recall=lowest_recall(ours, stock),
    )  # fmt: skip
    took = ours["build_s"]
    two = serving["build_two_threads"]["build_s"]
    said = f"{took:.1f} s; two threads {two:.1f} s", f"{stock['build_s']:.0f} s"
    yield row(f"Index build at {millions}, seconds, one thread", *said, took, 12, 5, least=False)
    threads = serving["threads"]
    said = f"{threads['one_us']:.1f} and {threads['two_us']:.1f} µs"
    bare = f"machine's ceiling {threads['ceiling']:.2f}"
    yield row("Two threads against one, batch of 20,000", said, bare, threads["ratio"], 1.8)
    if len(figures["sizes"]) > 1:
        small = figures[f"matching-{figures['sizes'][0]}"]["random"]["copse"]["miss"]["batch_us"]
        large = ours["miss"]["batch_us"]
        said = f"{small:.1f} and {large:.1f} µs"
        yield row("Time per query, 1 to 10 million", said, "", large / small, 3, 2.3, least=False)
    opened, first, live = (serving[name] for name in ("open", "first", "live"))
    yield row(
        f"Opening at {millions}, seconds", "median of 7", "", opened["open_s"], 0.2, least=False
    )
    said = f"open and search {first['open_s'] + first['query_s']:.2f} s; whole process"
    yield row("First query after start, seconds", said, "", first["process_s"], 1, least=False)
    said = f"seen by another process; withdrawn {live['withdrawn_s']:.3f} s"
    yield row(f"New entry live at {millions}, seconds", said, "", live["live_s"], 1, least=False)


def digest_rows(figures):
    ours, stock = figures["digests"]["copse"], figures["digests"][STOCK]
    slowest = min(ours["hits_per_s"], ours["misses_per_s"]) / 1e6
    said = (
        f"{ours['hits_per_s'] / 1e6:.1f} million hits",
        f"{stock['hits_per_s'] / 1e6:.2f} million",
    )
    right = ours["right"] and stock["right"]
    yield row("Digest look-up, batch, million/s", *said, slowest, 15, recall=1.0 if right else 0.0)
    said = f"threatexchange {stock['bytes_per_entry']:.0f}, a Python set "
    said += f"{figures['digests']['set']['bytes_per_entry']:.0f}"
    yield row("Bytes for a digest", "", said, ours["bytes_per_entry"], 17, least=False)


def device_rows(figures):
    device = figures["device"]
    took, moved, same = device["twelve_megapixels_ms"], device["decoded"], device["same_pixels"]
    said = f"pixels {took['pixels']:.0f}; drawn and read too {took['bitmap']:.0f}; decoded too"
    yield row("On the device: 12 megapixels, ms", said, "", took["file"], 300, least=False)
    said = f"{same['pictures']} pictures, quality included"
    yield row("On the device: same pixels, most bits", said, "", same["max"], 0, least=False)
    said = f"{moved['pictures']} files; median {moved['median']:g}, largest {moved['max']}"
    yield row(
        "On the device: Chromium's decoding, bits, p95", said, "", moved["p95"], 6, least=False
    )
    yield row(
        "On the device: bytes gzipped", "as shipped", "", device["gzip_bytes"], 4096, least=False
    )


def table(figures):
    head = [
        "| What | Must | Aim | Ours | Peer | Value | Recall | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    groups = (hashing_rows, search_rows, index_rows, digest_rows, device_rows)
    lines = []
    for group in groups:
        try:
            lines += group(figures)
        except (KeyError, ZeroDivisionError) as missing:
            lines.append(f"| {group.__name__} | | | a part failed: {missing!r} | | | | void |")
    return "\n".join(head + lines)


def details(figures):
    """Every engine's microseconds per query: batch / one by one, and answers per query."""
    lines = []
    for count in figures["sizes"]:
        for dataset, engines in figures[f"matching-{count}"].items():
            kinds = [kind for kind in KINDS if kind in engines["copse"]]
            lines += [
                "",
                f"{count:,} {dataset}, µs of processor time per query, batch / single",
                "",
            ]
            lines.append("| Engine | " + " | ".join(kinds) + " | build | peak | recall |")
            lines.append("|---" * (len(kinds) + 4) + "|")
            for name, found in engines.items():
                if "failed" in found:
                    lines.append(f"| {name} | failed: {found['failed']} |")
                    continue
                cells = [
                    f"{found[k]['batch_us']:,.1f} / {found[k]['single_us']:,.1f}" for k in kinds
                ]
                recall = min(found[kind]["recall"] for kind in kinds)
                cells += [f"{found['build_s']:.1f} s", f"{found['peak_mb']:,} MB", f"{recall:.3f}"]
                lines.append(f"| {name} | " + " | ".join(cells) + " |")
            answers = (f"{kind} {engines['copse'][kind]['answers']:,.1f}" for kind in kinds)
            lines += ["", "Answers per query: " + ", ".join(answers) + "."]
    return "\n".join(lines)


if __name__ == "__main__":
    read = json.loads(Path(sys.argv[1]).read_text())
    print(table(read))
    print(details(read))
