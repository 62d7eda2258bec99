// Evidence as a JSON object: {"CloseDate":"2026-02-27","NextStep":null}. One spelling for whoever prints,
// keeps or compares it.
#pragma once

#include <cstddef>
#include <span>

#include "policies/verdict_view.h"

namespace plumbline {

// Room that write_evidence_json needs at most.
std::size_t evidence_json_room(std::span<const EvidenceView> evidence);

// A JSON object has each key once: of two items of one name the first counts. What the data does not tell is
// {"unknown":true}. Returns where the next byte goes, and may leave anything in the room behind it.
char* write_evidence_json(char* out, std::span<const EvidenceView> evidence);

}  // namespace plumbline
