"""What a column is called elsewhere, where there is something near it.

`schema:` is schema.org, `ninjs:` a property of IPTC's news items in JSON (2.x), `gkg:` a field of GDELT's
Global Knowledge Graph 2.1, `oa:` the Web Annotation vocabulary.  A column that is not here has none.
"""

from __future__ import annotations

_PLACE = {
    "char_start": "oa:start",
    "char_end": "oa:end",
}

COUNTERPARTS: dict[str, dict[str, str]] = {
    "documents": {
        "document_id": "schema:identifier, gkg:GKGRECORDID",
        "source_path": "ninjs:altids",
        "content_sha256": "schema:sha256",
        "media_type": "schema:encodingFormat, ninjs:mimetype",
        "url": "schema:url, ninjs:uri, gkg:V2DOCUMENTIDENTIFIER",
        "source_name": "schema:publisher, ninjs:infosources, gkg:V2SOURCECOMMONNAME",
        "title": "schema:headline, ninjs:headlines, gkg:PAGE_TITLE",
        "authors": "schema:author, ninjs:by, gkg:PAGE_AUTHORS",
        "dateline": "schema:dateline, ninjs:located",
        "published_at": "schema:datePublished, ninjs:firstcreated, gkg:V2.1DATE",
        "modified_at": "schema:dateModified, ninjs:versioncreated",
        "language": "schema:inLanguage, ninjs:language",
        "text": "schema:articleBody, ninjs:bodies",
        "word_count": "schema:wordCount, gkg:V2GCAM wc",
        "duplicate_of": "schema:sameAs",
        "near_duplicate_of": "schema:isBasedOn",
        "story_id": "schema:about, ninjs:events",
        "pipeline_version": "schema:softwareVersion",
    },
    "sections": {
        "section_id": "schema:identifier",
        "document_id": "schema:isPartOf",
        "section_index": "schema:position",
        "tag": "schema:additionalType, ninjs:role",
        "heading": "schema:headline",
        "text": "schema:text, oa:exact",
        **_PLACE,
        "word_count": "schema:wordCount",
        "topics": "schema:about, ninjs:subjects, gkg:V1THEMES",
    },
    "mentions": {
        "mention_id": "schema:identifier",
        "document_id": "schema:isPartOf, oa:hasSource",
        "entity_id": "schema:mentions, ninjs:people uri",
        "entity_name": "schema:name, ninjs:people name, gkg:V2ENHANCEDPERSONS",
        "entity_type": "schema:additionalType",
        "surface": "oa:exact",
        **_PLACE,
    },
    "entities": {
        "entity_id": "schema:identifier, ninjs:people uri",
        "entity_name": "schema:name, ninjs:people name, gkg:V2.1ALLNAMES",
        "entity_type": "schema:additionalType",
        "country_code": "schema:addressCountry",
        "authority_id": "schema:sameAs",
    },
    "entity_names": {
        "entity_id": "schema:identifier",
        "surface": "schema:alternateName",
        "evidence_document_id": "schema:citation",
    },
    "quotes": {
        "quote_id": "schema:identifier",
        "utterance_id": "schema:isPartOf",
        "document_id": "oa:hasSource",
        "text": "schema:text of schema:Quotation, oa:exact, gkg:V2.1QUOTATIONS",
        "quote_type": "schema:additionalType",
        **_PLACE,
        "speaker_entity_id": "schema:spokenByCharacter",
        "speaker_name": "schema:spokenByCharacter",
        "cue": "gkg:V2.1QUOTATIONS verb",
        "same_statement_id": "schema:sameAs",
    },
    "stories": {
        "story_id": "schema:identifier, ninjs:events uri",
        "title": "schema:name, ninjs:events name",
        "first_published_at": "schema:startDate",
        "last_published_at": "schema:endDate",
        "entity_names": "schema:about",
    },
    "topics": {
        "section_id": "schema:isPartOf",
        "topic_id": "schema:termCode, ninjs:subjects uri, gkg:V2ENHANCEDTHEMES",
        "document_id": "schema:isPartOf",
        "topic_name": "schema:name, ninjs:subjects name",
        "score": "ninjs:subjects relevance",
        "evidence": "schema:keywords",
    },
}
"""By table and column.  Tables that tell of the job (dropped, edits, rejects, runs, changes) have none."""

NONE = "none"


def counterpart(table: str, column: str) -> str:
    """What a column is called elsewhere; `NONE` for nothing."""
    return COUNTERPARTS.get(table, {}).get(column) or NONE
