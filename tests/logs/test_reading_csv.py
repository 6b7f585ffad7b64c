"""CSV as people send it: packed or not, any delimiter, any encoding, broken lines."""

import codecs
import gzip
from time import thread_time

import pytest

from cases.logs import sources
from cases.logs.csv_reader import guess_delimiter, header_names
from cases.logs.rows import UnreadableLog
from cases.logs.sources import inspect
from tests.logs.reading import a_file, rows_of

PLAIN = "case,activity,time\nA,Start,2020-01-01\nB,End,2020-01-02\n"


@pytest.mark.parametrize("packed", [False, True])
def test_a_packed_file_reads_like_a_plain_one_whatever_its_name(tmp_path, packed):
    rows, findings = rows_of(a_file(tmp_path, PLAIN, name="data.bin", packed=packed))
    assert [(row.line, dict(row.values)) for row in rows] == [
        (2, {"case": "A", "activity": "Start", "time": "2020-01-01"}),
        (3, {"case": "B", "activity": "End", "time": "2020-01-02"}),
    ]
    assert findings == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    rows, _ = rows_of(a_file(tmp_path, PLAIN.replace(",", delimiter)))
    assert rows[1].values["activity"] == "End"


def test_a_comma_inside_quotes_does_not_win_over_the_semicolons():
    assert guess_delimiter(['a;b;"c, d, e, f"\n', '1;2;"x, y, z, q"\n', "1;2;3\n"]) == ";"


@pytest.mark.parametrize(
    ("encoding", "seen"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_found(tmp_path, encoding, seen):
    path = a_file(tmp_path, PLAIN.replace("Start", "Prüfen – €").encode(encoding))
    assert inspect(path).encoding == seen
    assert rows_of(path)[0][0].values == {"case": "A", "activity": "Prüfen – €", "time": "2020-01-01"}


@pytest.mark.parametrize("start", [codecs.BOM_UTF8 + b"a,b,c\n\xff\xfe,1,2\n", codecs.BOM_UTF16_LE + b"a"])
def test_a_file_that_is_not_what_its_first_bytes_say_is_refused(tmp_path, start):
    with pytest.raises(UnreadableLog, match="holds bytes that are none"):
        inspect(a_file(tmp_path, start))


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_what_unpacks_to_too_much_is_refused_whatever_it_begins_with(tmp_path, monkeypatch, mark):
    monkeypatch.setattr(sources, "MAX_UNPACKED_BYTES", 3 << 20)
    packed = gzip.compress(mark + b"case,activity,time\n" + b"A,B,2020-01-01\n" * 300_000)
    with pytest.raises(UnreadableLog, match="larger than"):
        inspect(a_file(tmp_path, packed))


def test_bytes_that_windows_leaves_undefined_make_a_file_latin_1(tmp_path):
    assert inspect(a_file(tmp_path, b"a,b,c\n\x81,\xe4,1\n")).encoding == "latin-1"


def test_one_odd_byte_late_in_a_large_file_decides_for_the_whole_file(tmp_path):
    path = a_file(
        tmp_path, b"case,activity,time\n" + b"A,B,2020-01-01\n" * 200_000 + "Ä,B,2020-01-01".encode("latin-1")
    )
    assert inspect(path).encoding == "cp1252"


def test_a_line_with_too_few_or_too_many_cells_is_reported_and_the_rest_goes_in(tmp_path):
    lines = [
        "case,activity,time",
        "A,Start",
        "B,End,2020-01-02",
        "C,End,2020-01-02,more",
        "D,End,2020-01-02,",
    ]
    text = "\n".join([*lines, "", "E,End,2020-01-03\n"])
    rows, findings = rows_of(a_file(tmp_path, text))
    assert [(row.line, row.values["case"]) for row in rows] == [(3, "B"), (5, "D"), (7, "E")]
    assert [(finding.line, finding.sentence) for finding in findings] == [
        (2, "The line has 2 cells, the heading has 3."),
        (4, "The line has 4 cells, the heading has 3."),
    ]


def test_an_unclosed_quotation_mark_costs_one_line_not_the_rest_of_the_file(tmp_path):
    text = (
        'case,activity,time\nA,"Start,2020\nB,End,2020\nC,"say ""hi""\nthere",2020\nD,"x"y,2020\nE,End,2020\n'
    )
    rows, findings = rows_of(a_file(tmp_path, text))
    assert [(row.line, row.values["case"], row.values["activity"]) for row in rows] == [
        (3, "B", "End"), (4, "C", 'say "hi"\nthere'), (7, "E", "End"),
    ]  # fmt: skip
    assert [finding.line for finding in findings] == [2, 6]


def test_a_quotation_mark_open_at_the_very_end_is_reported(tmp_path):
    rows, findings = rows_of(a_file(tmp_path, PLAIN + 'C,"End,2020'))
    assert len(rows) == 2
    assert [finding.line for finding in findings] == [4]


def test_a_monstrous_cell_is_reported_and_the_next_line_is_read(tmp_path):
    rows, findings = rows_of(a_file(tmp_path, PLAIN + "C," + "x" * 200_000 + ",2020\nD,End,2020\n"))
    assert [row.values["case"] for row in rows] == ["A", "B", "D"]
    assert "longer than" in findings[0].sentence


def test_columns_without_a_name_and_with_the_same_name_get_names_of_their_own():
    assert header_names(["a", "", "a", " a "]) == ("a", "column 2", "a (2)", "a (3)")


def test_any_number_of_equal_column_names_is_told_apart_in_no_time():
    began = thread_time()
    names = header_names(["x (3)", *["x"] * 100_000])
    assert thread_time() - began < 2
    assert (names[:4], len(set(names))) == (("x (3)", "x", "x (2)", "x (4)"), 100_001)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"   \n\n", "empty"),
        (b"PK\x03\x04xxxxxxxx", "zip"),
        (b"one,two\n1,2\n", "line 1, has fewer than three columns"),
        (b"Report\n\na,b,c\n1,2,3\n", "line 1, has fewer than three columns"),
        (b' {"ocel:events": {}}', "This is JSON"),
        (b"a,b,c" + b"x" * (1 << 20), "longer than a million"),
        (b'a,b,"c\n', "heading"),
        (b"a," * 1_001 + b"\n", "more than 1,000 columns"),
        (b"\x7fELF\x02\x01\x00\x9c,a,b\n1,2,3\n", "This is no text"),
    ],
)
def test_what_is_no_log_at_all_is_refused_with_a_sentence(tmp_path, content, says):
    path = a_file(tmp_path, content)
    with pytest.raises(UnreadableLog, match=says):
        rows_of(path)


def test_a_gzip_file_that_was_cut_off_is_refused(tmp_path):
    path = a_file(tmp_path, PLAIN * 1000, packed=True)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnreadableLog, match="cut off"):
        rows_of(path)


def test_endless_broken_quotation_marks_end_with_a_sentence(tmp_path):
    path = a_file(tmp_path, PLAIN + 'A,"x"y,2020\n' * 1_100)
    with pytest.raises(UnreadableLog, match="do not pair up"):
        rows_of(path)


@pytest.mark.parametrize("said", ["sep=;\n", "SEP=;\r\n"])
def test_the_delimiter_is_the_one_a_spreadsheet_said_in_the_first_line(tmp_path, said):
    rows, findings = rows_of(a_file(tmp_path, said + PLAIN.replace(",", ";").replace("Start", "a,b,c,d")))
    assert [(row.line, row.values["activity"]) for row in rows] == [(3, "a,b,c,d"), (4, "End")]
    assert findings == []


def test_the_line_that_is_too_long_is_named(tmp_path):
    path = a_file(tmp_path, PLAIN * 100 + "C,End," + "x" * (2 << 20))
    with pytest.raises(UnreadableLog, match="Line 301 is longer"):
        rows_of(path)


def test_what_unpacks_to_far_more_than_any_log_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "_TIMES_MATTER", 1 << 20)
    many = b"case,activity,time\n" + b"A,B,2020-01-01\n" * 200_000
    with pytest.raises(UnreadableLog, match="times as large as it is packed"):
        inspect(a_file(tmp_path, gzip.compress(many)))
    assert inspect(a_file(tmp_path, many)).format == "csv"
    few = "".join(f"{n * 7919 % 100_003},B,2020-01-01\n" for n in range(100_000))
    assert inspect(a_file(tmp_path, "case,activity,time\n" + few, packed=True)).is_packed
