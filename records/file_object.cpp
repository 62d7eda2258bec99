#include "records/file_object.h"

#include <algorithm>
#include <array>
#include <utility>

namespace plumbline {
namespace {

// What people and tools put before and after an object's name without changing what the file holds. Sorted.
constexpr std::array kNoise = std::to_array<std::string_view>({
    "active",    "all",        "am",         "annual",     "api",      "apr",        "april",     "archive",
    "aug",       "august",     "backup",     "bak",        "batch",    "bulk",       "bulkquery", "by",
    "chunk",     "clean",      "closed",     "complete",   "copy",     "crm",        "csv",       "current",
    "daily",     "data",       "dataexport", "dataloader", "dec",      "december",   "demo",      "dev",
    "download",  "downloaded", "downloads",  "dump",       "eod",      "example",    "export",    "exported",
    "exports",   "extract",    "extracted",  "extracts",   "feb",      "february",   "file",      "files",
    "final",     "fixed",      "for",        "fri",        "from",     "full",       "fy",        "gmt",
    "h",         "id",         "import",     "in",         "input",    "jan",        "january",   "job",
    "json",      "jul",        "july",       "jun",        "june",     "last",       "latest",    "list",
    "live",      "lost",       "mar",        "march",      "master",   "may",        "mon",       "monthly",
    "my",        "new",        "nov",        "november",   "object",   "objects",    "oct",       "october",
    "of",        "old",        "open",       "org",        "original", "our",        "out",       "output",
    "page",      "pages",      "part",       "pm",         "prod",     "production", "q",         "quarterly",
    "query",     "raw",        "record",     "records",    "report",   "reports",    "rest",      "result",
    "results",   "rows",       "salesforce", "sample",     "sandbox",  "sat",        "sep",       "sept",
    "september", "sf",         "sfdc",       "sfdx",       "sheet",    "snapshot",   "sobject",   "sobjects",
    "soql",      "split",      "staging",    "sun",        "t",        "tab",        "table",     "tables",
    "tbl",       "temp",       "test",       "the",        "thu",      "tmp",        "to",        "today",
    "tree",      "tsv",        "tue",        "txt",        "uat",      "utc",        "utf",       "v",
    "version",   "w",          "wed",        "week",       "weekly",   "won",        "workbench", "yearly",
    "yesterday", "z",
});

enum class CharKind : std::uint8_t { kLower, kUpper, kOther };

// Bytes of other alphabets are letters: Verkäufe is a word, and no noise.
CharKind kind_of(char c) {
  if (c >= 'A' && c <= 'Z') return CharKind::kUpper;
  if ((c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80) return CharKind::kLower;
  return CharKind::kOther;
}

char lower(char c) { return kind_of(c) == CharKind::kUpper ? static_cast<char>(c - 'A' + 'a') : c; }

std::string letters_of(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (kind_of(c) != CharKind::kOther) letters += lower(c);
  }
  return letters;
}

// The words of a name in lower case. OpportunityExport is two, SFDCAccounts as well; digits end a word and
// are gone.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const CharKind kind = kind_of(text[at]);
    if (kind == CharKind::kOther) {
      inside = false;
      continue;
    }
    const bool after_lower = at > 0 && kind_of(text[at - 1]) == CharKind::kLower;
    const bool before_lower = at + 1 < text.size() && kind_of(text[at + 1]) == CharKind::kLower;
    const bool hump = kind == CharKind::kUpper && (after_lower || before_lower);
    if (!inside || hump) words.emplace_back();
    words.back() += lower(text[at]);
    inside = true;
  }
  return words;
}

std::string plural_of(std::string_view name) {
  if (name.ends_with('y')) return std::string(name.substr(0, name.size() - 1)) + "ies";
  return std::string(name) + (name.ends_with('s') ? "es" : "s");
}

struct KnownName {
  std::string letters;
  std::string object;
};

std::vector<KnownName> known_names(const Schema& schema) {
  std::vector<KnownName> names;
  for (std::size_t index = 0; index < schema.object_count(); ++index) {
    const ObjectSchema& object = schema.object(index);
    names.push_back({letters_of(object.name), object.name});
    names.push_back({letters_of(object.plural), object.name});
  }
  for (const std::string_view other : other_salesforce_objects()) {
    names.push_back({letters_of(other), std::string(other)});
    names.push_back({letters_of(plural_of(other)), std::string(other)});
  }
  return names;
}

// Words [begin, end) that, joined, name an object.
struct Run {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t letters = 0;
  std::string object;
};

Run longest_run(const std::vector<std::string>& words, const std::vector<KnownName>& names) {
  Run best;
  for (std::size_t begin = 0; begin < words.size(); ++begin) {
    std::string joined;
    for (std::size_t end = begin + 1; end <= words.size(); ++end) {
      joined += words[end - 1];
      if (joined.size() <= best.letters) continue;
      const auto known = std::ranges::find(names, joined, &KnownName::letters);
      if (known != names.end()) best = Run{begin, end, joined.size(), known->object};
    }
  }
  return best;
}

bool is_noise(std::string_view word) { return std::ranges::binary_search(kNoise, word); }
static_assert(std::ranges::is_sorted(kNoise));

// Without folder and ending.
std::string_view stem_of(std::string_view name) {
  name = name.substr(name.rfind('/') + 1);  // npos + 1 is 0
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

}  // namespace

FileNameReading read_file_name(std::string_view name, const Schema& schema) {
  const std::vector<std::string> words = words_of(stem_of(name));
  Run run = longest_run(words, known_names(schema));
  FileNameReading reading;
  for (std::size_t index = 0; index < words.size(); ++index) {
    const bool in_run = index >= run.begin && index < run.end;
    if (!in_run && !is_noise(words[index])) reading.strange_words.push_back(words[index]);
  }
  (reading.strange_words.empty() ? reading.object : reading.partial) = std::move(run.object);
  return reading;
}

}  // namespace plumbline
