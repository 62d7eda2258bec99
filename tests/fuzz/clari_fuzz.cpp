// Any bytes as what Clari answers: reading ends, keeps its bounds, and is the same however the document is
// cut.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "connectors/clari/clari_error.h"
#include "connectors/clari/clari_job.h"
#include "connectors/clari/clari_result.h"
#include "connectors/clari/submission_rows.h"

namespace {

using namespace plumbline;

void require(bool holds) {
  if (!holds) std::abort();
}

class Checker : public ClariResultSink {
 public:
  ClariOutline outline;
  std::uint64_t elements = 0;

  Status take(ClariList list, const ClariElement& element) override {
    ++elements;
    require(list != ClariList::kOther);
    require(element.members().size() <= kMostClariMembers);
    for (const ClariMember& member : element.members()) {
      require(member.name.size() <= kMostClariTextBytes && member.text.size() <= kMostClariTextBytes);
      require(moment_of_ms(member.text).size() <= 24);
    }
    return outline.take(list, element);
  }
};

bool read(std::string_view document, std::size_t piece_bytes, Checker& checker) {
  ClariResultReader reader(checker);
  while (!document.empty()) {
    const std::string_view piece = document.substr(0, piece_bytes);
    document.remove_prefix(piece.size());
    if (!reader.push(piece)) return false;
  }
  return reader.finish().has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  Checker whole;
  Checker cut;
  const bool is_good = read(document, size + 1, whole);
  require(read(document, 3, cut) == is_good);
  require(whole.elements == cut.elements && whole.outline.entries == cut.outline.entries);
  require(whole.outline.value_names == cut.outline.value_names);
  if (const auto jobs = read_clari_jobs(document); jobs) {
    require(jobs->size() <= kMostListedJobs);
    for (const ClariJob& job : *jobs) require(!job.id.empty());
  }
  static_cast<void>(read_clari_limits(document));
  const ClariFailure failure = read_clari_error({.status = 400, .headers = {}}, document, "it");
  require(!failure.error.message.empty());
  return 0;
}
