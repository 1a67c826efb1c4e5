"""`python -m ingest explain`: names, reasons and proofs, read off the tables of one real run."""

from __future__ import annotations

import pytest

import ingest
from ingest.__main__ import main
from ingest.names.link.methods import METHODS
from ingest.run import Options, ingest_folder
from ingest.settings import Settings

DOCUMENTS = {
    "a.txt": "Paul Whitlock signed. The Northern Harbour Guard (NHG) was there. Whitlock praised the NHG.",
    "b.txt": "Anna Whitlock signed. The Norwegian minister, Marta R. Lindqvist, met Whitlock in Norway.",
    "c.txt": "Marta Lindqvist was silent. The NHG spoke instead.",
}


@pytest.fixture(scope="module")
def curated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain")
    (folder / "landing").mkdir()
    for path, text in DOCUMENTS.items():
        (folder / "landing" / path).write_text(text + "\n", encoding="utf-8")
    ingest_folder(Options(folder / "landing", folder / "curated", workers=1))
    return folder / "curated"


@pytest.fixture
def explain(curated, capsys):
    def ask(entity):
        code = main(["explain", entity, "--curated", str(curated)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return ask


def test_a_name_is_explained_with_the_sentence_that_proves_it(explain):
    code, out, _ = explain("NHG")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "Northern Harbour Guard"
    assert lines[1].endswith("; 3 mentions in 2 documents") or lines[1].endswith(
        "; 4 mentions in 2 documents"
    )
    at = lines.index(next(line for line in lines if line.startswith("NHG  (")))
    assert lines[at + 1] == f"  acronym: {METHODS['acronym']}"
    start = DOCUMENTS["a.txt"].index("Northern")
    assert lines[at + 2] == f"  a.txt {start}-{start + len('Northern Harbour Guard (NHG)')}"
    assert lines[at + 3] == "    The [Northern Harbour Guard (NHG)] was there."


def test_a_link_between_documents_shows_the_other_document(explain):
    _, out, _ = explain("Marta R. Lindqvist")
    lines = out.splitlines()
    at = lines.index("Marta Lindqvist  (1 mention)")
    assert lines[at + 1].startswith("  full_name: ")
    assert lines[at + 2].startswith("  b.txt ")
    assert "[Marta R. Lindqvist]" in lines[at + 3]


def test_an_id_and_any_spelling_will_do(explain):
    by_name = explain("the norway's")
    assert by_name[0] == 0
    assert by_name == explain("country:NO")
    assert "country:NO" in by_name[1]


def test_a_name_of_several_lists_them(explain):
    code, out, err = explain("whitlock")
    assert (code, out) == (2, "")
    assert "2 entities have the name 'whitlock'; ask for one by its id:" in err
    assert "  Anna Whitlock (PERSON, 2 mentions)" in err
    assert "  Paul Whitlock (PERSON, 2 mentions)" in err


def test_an_unknown_name_teaches(explain):
    code, out, err = explain("Northern Harbor Guards")
    assert (code, out) == (2, "")
    assert "no entity has the name or the id 'Northern Harbor Guards'; these are near:" in err
    assert "Northern Harbour Guard (ORGANIZATION" in err
    assert "none a name like it" in explain("Qzxv")[2]


def test_without_tables_it_says_so(tmp_path, capsys):
    assert main(["explain", "Norway", "--curated", str(tmp_path)]) == 1
    assert "holds no tables yet" in capsys.readouterr().err


def test_every_link_has_its_reason_and_its_proof(curated):
    """What the tables promise: a known method or basis, and a stretch of a text there is."""
    texts = ingest.read_table("documents", curated).set_index("document_id")["text"]
    mentions = ingest.read_table("mentions", curated)
    assert len(mentions)
    assert set(mentions["method"]) <= set(METHODS)
    assert mentions[["evidence_start", "evidence_end"]].notna().all(axis=None)
    for row in mentions.itertuples():
        assert 0 <= row.evidence_start < row.evidence_end <= len(texts[row.document_id])
    names = ingest.read_table("entity_names", curated)
    assert set(names["basis"]) <= set(METHODS)
    assert names[["evidence_document_id", "evidence_start", "evidence_end"]].notna().all(axis=None)
    for row in names.itertuples():
        proof = texts[row.evidence_document_id][row.evidence_start : row.evidence_end]
        if row.basis in ("self", "authority", "demonym"):
            assert row.surface in proof


def test_what_the_analyst_decided_says_so_on_both_sides(tmp_path, capsys):
    """Whichever of the two names the decision stands beside, and though both are spelt alike."""
    landing, curated = tmp_path / "landing", tmp_path / "curated"
    landing.mkdir()
    (landing / "a.txt").write_text(
        "Quill Brandvold met Ines Corvalho in Norway on Monday.\n", encoding="utf-8"
    )
    (landing / "b.txt").write_text("Quillan Brandwold met Ines Corvalho on Friday.\n", encoding="utf-8")
    ingest_folder(Options(landing, curated, workers=1))
    names = ingest.read_table("entities", curated).entity_name.tolist()
    assert {"Quill Brandvold", "Quillan Brandwold"} <= set(names)
    sheet = tmp_path / "decisions.csv"
    sheet.write_text(
        "decision,entity_type,key,other_type,other_key\n"
        "same,PERSON,quill brandvold,PERSON,quillan brandwold\n",
        encoding="utf-8",
    )
    ingest_folder(Options(landing, curated, workers=1, settings=Settings(decisions_path=str(sheet))))
    assert main(["explain", "Quill Brandvold", "--curated", str(curated)]) == 0
    lines = capsys.readouterr().out.splitlines()
    for name in ("Quill Brandvold", "Quillan Brandwold"):
        at = lines.index(f"{name}  (1 mention)")
        assert lines[at + 1] == f"  decision: {METHODS['decision']}"
