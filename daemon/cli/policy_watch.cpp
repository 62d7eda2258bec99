// `plumbline policy check --watch`: an answer as soon as a pack is saved.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "daemon/cli/check_pack.h"
#include "daemon/cli/complain.h"
#include "daemon/cli/exit_status.h"
#include "daemon/cli/file_watch.h"
#include "daemon/cli/policy_commands.h"
#include "daemon/cli/texts.h"

namespace plumbline {
namespace {

// To the upper left, all cleared, and what has scrolled away, too.
constexpr std::string_view kClearScreen = "\033[H\033[2J\033[3J";

// A file as it was last read: its text, or why it has none.
struct Reading {
  std::string text;
  std::string fault;
  friend bool operator==(const Reading&, const Reading&) = default;
};

Reading read_again(const std::string& file) {
  Result<std::string> text = read_text(file);
  if (text) return {.text = *std::move(text), .fault = {}};
  return {.text = {}, .fault = text.error().to_string()};
}

class Watch {
 public:
  Watch(const std::vector<std::string>& files, const std::string& fields, Streams& streams)
      : packs_(files), fields_(fields), files_(files), streams_(streams) {
    if (!fields.empty()) files_.push_back(fields);
  }

  int run() {
    Result<FileWatch> changes = FileWatch::create();
    if (!changes) return give_up(changes.error());
    while (true) {
      // Followed first: what changes while it is read is read once more.
      if (const Status followed = changes->follow(files_); !followed) return give_up(followed.error());
      if (has_changed()) {
        tell();
        if (written()) try_examples(*changes);
      }
      if (!written()) return kExitInput;
      if (const Status waited = changes->wait(); !waited) return give_up(waited.error());
    }
  }

 private:
  int give_up(const Error& error) {
    complain(streams_, error);
    return kExitInput;
  }

  bool has_changed() {
    std::vector<Reading> now;
    for (const std::string& file : files_) now.push_back(read_again(file));
    return std::exchange(seen_, now) != now;
  }

  // What was told is to be seen before anything else is done.
  bool written() { return streams_.out.flush().has_value() && !streams_.out.failed(); }

  void tell() {
    sound_.clear();
    fields_read_ = {};
    SourceTexts texts;
    Diagnostics diagnostics;
    fields_read_ = apply_fields(texts, diagnostics);
    std::string answer = render_faults(diagnostics, texts);
    if (!fields_read_) answer += fmt::format("{}\n", fields_fault());
    for (std::size_t i = 0; i < packs_.size() && fields_read_; ++i) answer += answer_of(i, texts);
    const std::string_view clear = streams_.out_terminal.is_terminal ? kClearScreen : "";
    streams_.out.write(fmt::format("{}--- {}\n{}", clear, format_instant(streams_.clock.now()), answer));
  }

  // Once everything else is told, and as long as nothing is saved.
  void try_examples(FileWatch& changes) {
    const auto stopped = [&] { return changes.has_news(); };
    for (const auto& [file, pack] : sound_) {
      Diagnostics told;  // by the check already
      const std::vector<ExampleOutcome> outcomes =
          run_examples(pack, fields_read_->schema, told, {}, stopped);
      if (stopped()) return;
      std::string answer;
      std::size_t passed = 0;
      for (const ExampleOutcome& outcome : outcomes) {
        passed += outcome.passed ? 1 : 0;
        if (!outcome.passed) answer += failed_example(outcome);
      }
      if (outcomes.empty()) continue;
      streams_.out.write(fmt::format("{}{}: examples {}/{} pass\n", answer, file, passed, outcomes.size()));
      if (!written()) return;
    }
  }

  // As read_fields, of the text that was seen to have changed. Empty where it is not to be used.
  std::optional<Fields> apply_fields(SourceTexts& texts, Diagnostics& diagnostics) const {
    Fields fields;
    if (fields_.empty()) return fields;
    const Reading& reading = seen_.back();
    if (!reading.fault.empty()) return std::nullopt;
    texts.add(fields_, reading.text);
    fields.map = parse_field_map(reading.text, fields_, diagnostics);
    if (fields.map) apply(*fields.map, fields.schema, diagnostics);
    if (diagnostics.has_errors() || !fields.map) return std::nullopt;
    return fields;
  }

  std::string fields_fault() const {
    const std::string& fault = seen_.back().fault;
    return fault.empty() ? fmt::format("{}: the field map has errors; no pack was checked", fields_) : fault;
  }

  std::string answer_of(std::size_t number, const SourceTexts& texts) {
    const Reading& reading = seen_[number];
    const std::string& file = packs_[number];
    if (!reading.fault.empty()) return fmt::format("{}\n", reading.fault);
    const CheckedPack checked = check_pack({.file = file, .text = reading.text}, *fields_read_, texts);
    if (!checked.has_errors && checked.pack) sound_.emplace_back(file, checked.pack);
    return checked.faults + checked.conclusion;
  }

  const std::vector<std::string>& packs_;
  const std::string& fields_;
  std::vector<std::string> files_;  // the packs, then the field map
  Streams& streams_;
  std::vector<Reading> seen_;  // of files_
  // Of the latest check: packs without errors, and the fields they were bound to.
  std::optional<Fields> fields_read_;
  std::vector<std::pair<std::string, std::shared_ptr<const Pack>>> sound_;
};

}  // namespace

int watch_packs(const std::vector<std::string>& files, const std::string& fields, Streams& streams) {
  return Watch(files, fields, streams).run();
}

}  // namespace plumbline
