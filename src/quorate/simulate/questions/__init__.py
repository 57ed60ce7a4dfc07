"""Questions a log answers, simulated or lived: each a function of logs and a charter that gives a frozen answer.

None looks into the simulator. An answer has tables, words, JSON values and a chart (see `answer.Answer`):

* `diffusion.diffusion`: how long until a matter reaches half, nine tenths, all units, and where it waits;
* `conferences.conferences`: when conferences must be held for one on a day, and who sends how many delegates;
* `backlog.backlog`: how many matters lie open, how old, how many past their time;
* `vacancies.vacancies`: days of office vacant and acted in, and what filling waits for;
* `compare.compare`: what differs between two sets of runs.

The modules load DuckDB and matplotlib only when asked to answer or to draw.
"""
