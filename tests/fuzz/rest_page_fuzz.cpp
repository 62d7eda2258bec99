// Pages of results, jobs and lists of deleted records as anybody may send them.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "connectors/salesforce/api_error.h"
#include "connectors/salesforce/bulk_job.h"
#include "connectors/salesforce/bulk_load.h"
#include "connectors/salesforce/csv_count.h"
#include "connectors/salesforce/deleted_reply.h"
#include "connectors/salesforce/query_page.h"

namespace {

using namespace plumbline;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

Result<QueryPage> read(std::string_view text, std::size_t piece) {
  QueryPageReader reader("SystemModstamp");
  for (std::size_t i = 0; i < text.size(); i += piece) {
    if (Status pushed = reader.push(text.substr(i, piece)); !pushed) return fail(pushed.error());
  }
  return reader.take();
}

void check_page(std::string_view text) {
  const Result<QueryPage> whole = read(text, text.size() + 1);
  for (const std::size_t piece : {1U, 5U}) {
    const Result<QueryPage> cut = read(text, piece);
    demand(whole.has_value() == cut.has_value(), "what can be read depends on how it is cut");
    if (!whole) continue;
    demand(
        whole->records == cut->records && whole->next_url == cut->next_url && whole->last_id == cut->last_id,
        "a page depends on how it is cut");
  }
  if (whole) demand(whole->done == whole->next_url.empty(), "a page that has a next one does not say where");
}

void check_count(std::string_view text) {
  CsvCount whole;
  whole.push(text);
  CsvCount cut;
  for (const char c : text) cut.push({&c, 1});
  demand(whole.records() == cut.records() && whole.header() == cut.header(),
         "a count depends on how it is cut");
}

void check_names(std::string_view text) {
  if (const auto part = SpooledPart::from_name(text)) {
    const auto again = SpooledPart::from_name(part->to_name());
    demand(again && again->locator == part->locator && again->next == part->next,
           "a name that does not read back");
  }
  if (const auto job = KeptJob::from_text(text)) {
    const auto again = KeptJob::from_text(job->to_text());
    demand(again && again->id == job->id && again->high == job->high, "a job that does not read back");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  check_page(text);
  check_count(text);
  check_names(text);
  static_cast<void>(read_bulk_job(text));
  static_cast<void>(read_result_pages(text));
  static_cast<void>(read_deleted(text));
  const ApiFailure failure = read_api_error({.status = 400}, text, "the query");
  demand(!failure.error.message.empty(), "a failure without a sentence");
  return 0;
}
