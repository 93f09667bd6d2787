"""Frameworks as data: what others say a country should do, in files that are checked and compared.

Read in this order: model.py (what a framework is), lines.py (YAML with line numbers), reading.py
(one file), crosswalks.py (what two have to do with each other), agreeing.py (whether crosswalks
contradict), library.py (a folder of them, with published ids), comparing.py (two versions),
coverage.py (one answer for every framework that maps to it).

    brief = shipped().frameworks["itu-brief"]
    words(brief["REP-1"].label, "sw")
    coverage(brief, answers, shipped().crosswalks)
"""
