"""XES in: the standard's own attributes, mappings on them, and files made to do harm."""

import gzip
import json
from datetime import datetime

import pyarrow.parquet as pq
import pytest

from quorate.errors import QuorateError
from quorate.log.tables.opening import open_table

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
LOG = (
    HEAD
    + """<log xes.version="2.0" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
<string key="concept:name" value="the whole log"/>
<trace><string key="concept:name" value="north"/><string key="town" value="Ayr"/>
<event><string key="concept:name" value="meeting.open"/><date key="time:timestamp"
value="2015-03-04T23:30:00.000+09:00"/>
<string key="org:resource" value="Ann"/><string key="org:group" value="board"/>
<string key="lifecycle:transition" value="complete"/><int key="present" value="12"/><float key="cost" value="1.5"/>
<boolean key="public" value="true"><string key="nested" value="meta"/></boolean>
<list key="names"><values><string key="n" value="Ann"/><string key="n" value="Bob"/></values></list></event>
<event><string key="concept:name" value="meeting.open"/><date key="time:timestamp" value="2015-03-04T19:00:00Z"/>
<string key="lifecycle:transition" value="start"/></event>
</trace></log>"""
)


@pytest.fixture
def rows(written, workdir):
    def read(text, mapping=None, name="log.xes"):
        plan = written("map.yaml", mapping) if mapping else None
        source = open_table(written(name, text), plan, workdir)
        return source, pq.read_table(source.paths[0]).to_pylist()

    return read


@pytest.mark.parametrize(
    ("name", "pack"), [("log.xes", str.encode), ("log.xes.gz", lambda t: gzip.compress(t.encode()))]
)
def test_a_standard_log_needs_no_mapping(rows, name, pack):
    source, (row,) = rows(pack(LOG), name=name)
    assert (row["entry"], row["act"], row["actor"], row["organ"]) == ("north#1", "meeting.open", "Ann", "board")
    assert row["at_earliest"] == row["at_latest"] == datetime(2015, 3, 4, 23, 30), "the clock there, not ours"
    assert json.loads(row["payload"]) == {"present": 12, "cost": 1.5, "public": True, "names": ["Ann", "Bob"]}
    assert row["source"] == f"{name}:7"
    assert source.left_out == 1, "only what was completed is kept"


def test_a_mapping_says_otherwise(rows):
    mapping = """\
trace: ref
lifecycle: all
columns: {unit: "trace:town", organ: null, payload.step: "lifecycle:transition"}
values: {act: {meeting.open: meeting.convene}}
"""
    _, found = rows(LOG, mapping)
    assert [(r["unit"], r["ref"], r["act"], r["organ"]) for r in found] == [
        ("Ayr", "north", "meeting.convene", None)
    ] * 2
    assert [json.loads(row["payload"])["step"] for row in found] == ["start", "complete"], "in order of time"


def test_templates_say_what_of_an_event_is_kept(rows):
    mapping = 'entries:\n  - when: {"concept:name": meeting.open}\n    payload: {present: {from: present}}\n'
    _, (row,) = rows(LOG, mapping)
    assert row["payload"] == '{"present":12}'


BOMB = HEAD + '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>\n<log><trace>&lol2;</trace></log>'
OUTSIDE = HEAD + '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/hostname">]><log><trace>&x;</trace></log>'
PARAMETER = HEAD + '<!DOCTYPE log SYSTEM "http://localhost/evil.dtd">\n<log/>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "log.xes:2: the file declares a document type, which is refused."),
        (OUTSIDE, "declares a document type, which is refused."),
        (PARAMETER, "log.xes:2: the file declares a document type"),
        (LOG.replace("Ann", "&unknown;", 1), "log.xes:9: this is not well-formed XML: undefined entity"),
        (LOG[:600], "log.xes:9: this is not well-formed XML: unclosed token"),
        (LOG[: LOG.index("</trace>")], "this is not well-formed XML: no element found"),
        (LOG.replace("Ann", "A\0nn", 1), "log.xes:9: this is not well-formed XML"),
        (LOG.replace("<log", "<html", 1).replace("</log", "</html"), "this is no XES log: its first element is 'html'"),
        ("", "the file is empty"),
        (HEAD.replace("UTF-8", "utf-7") + "<log/>", "log.xes"),
        (LOG.encode().replace(b"Ann", b"Zo\xeb", 1), "log.xes:9: this is not well-formed XML"),
        (LOG.replace("2015-03-04T23", "2015-02-31T23"), "log.xes:7: '2015-02-31T23:30:00.000+09:00' is not a date"),
        (LOG.replace('"concept:name" value="north"', '"name" value="north"'), "log.xes:7: nothing gives 'unit'"),
    ],
)
def test_a_log_that_is_broken_or_harmful_is_refused_and_leaves_nothing(written, workdir, text, said):
    with pytest.raises(QuorateError) as error:
        open_table(written("log.xes", text), None, workdir)
    assert said in str(error.value)
    assert list(workdir.iterdir()) == []


def test_a_gzip_that_is_cut_off_is_refused(written, workdir):
    with pytest.raises(QuorateError, match="damaged or cut off"):
        open_table(written("log.xes.gz", gzip.compress(LOG.encode())[:-30]), None, workdir)


def test_one_endless_element_is_refused_before_it_fills_the_memory(written, workdir):
    endless = HEAD + '<log><trace><string key="' + "a" * (9 << 20)
    with pytest.raises(QuorateError, match="longer than 8 MiB"):
        open_table(written("log.xes.gz", gzip.compress(endless.encode(), 1)), None, workdir)


def test_an_attribute_that_no_event_has_is_told_with_the_nearest(written, workdir):
    mapping = written("map.yaml", "columns:\n  office: org:grup\n")
    with pytest.raises(
        QuorateError, match=r"map.yaml:2: no event in .* has the attribute 'org:grup'. Did you mean 'org:group'"
    ):
        open_table(written("log.xes", LOG), mapping, workdir)
