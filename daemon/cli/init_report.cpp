#include "daemon/cli/init_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "daemon/cli/init_files.h"
#include "daemon/cli/wrap.h"

namespace plumbline {
namespace {

class Report {
 public:
  explicit Report(const InitFacts& facts) : facts_(facts) {}

  std::string write() {
    add_files();
    add_unknown();
    add_fields();
    add_gaps();
    add_next();
    return std::move(out_);
  }

 private:
  void heading(std::string_view text) {
    if (!out_.empty()) out_ += '\n';
    out_ += text;
    out_ += '\n';
  }

  // Wrapped under a first part that stands for itself: "  Opportunity  " and what follows it.
  void line(std::string_view indent, std::string_view first, std::string_view text) {
    const std::string lead = std::string(indent) + std::string(first);
    const std::size_t used = display_width(lead);
    constexpr std::size_t kLeastColumns = 30;
    const std::size_t columns = std::max(facts_.columns, used + kLeastColumns) - used;
    bool is_first = true;
    for (const std::string& part : wrap_words(printable(text), columns)) {
      out_ += fmt::format("{}{}\n", is_first ? lead : std::string(used, ' '), part);
      is_first = false;
    }
  }

  const ObjectSource& source_of(const ObjectProposal& object) const {
    return facts_.survey.sources[object.source];
  }
  const ObjectSchema& schema_of(const ObjectProposal& object) const {
    return facts_.schema.object(source_of(object).object);
  }

  static std::string rows_of(const ObjectSource& source) {
    if (source.described) return counted(source.columns.size(), "field", "fields") + " described";
    const std::string rows = counted(source.rows, "row", "rows");
    return source.whole ? rows : fmt::format("first {} looked at", rows);
  }

  static std::string files_of(const ObjectSource& source) {
    std::vector<std::string> names;
    for (const std::string& file : source.files) names.push_back(bare_file_name(file));
    return fmt::format("{}", fmt::join(names, ", "));
  }

  void add_files() {
    heading("Files");
    std::size_t width = 0;
    for (const ObjectProposal& object : facts_.proposal.objects)
      width = std::max(width, display_width(schema_of(object).name));
    for (const ObjectProposal& object : facts_.proposal.objects) {
      const ObjectSource& source = source_of(object);
      std::string text = fmt::format("{}: {}", files_of(source), rows_of(source));
      if (!source.file.empty())
        text += fmt::format(" ({}: {})", to_string(source.file_sure), source.file_why);
      if (object.key.kind == KeyProposal::Kind::kOwnKey || object.key.kind == KeyProposal::Kind::kRename)
        text += fmt::format("; known by {}", source.columns[object.key.column].name);
      if (object.key.kind == KeyProposal::Kind::kNone)
        text += "; NOT USABLE YET: " + object.key.why + ", so export Id as well";
      line("  ", padded(schema_of(object).name, width) + "  ", text);
    }
  }

  void add_unknown() {
    if (!facts_.survey.unknown.empty()) heading("Left aside");
    std::size_t shown = 0;
    for (const UnknownFile& file : facts_.survey.unknown) {
      if (shown++ == kShownUnknownFiles) break;
      line("  ", "", fmt::format("{}: {}", bare_file_name(file.name), file.reason));
    }
    if (facts_.survey.unknown.size() > kShownUnknownFiles) {
      line("  ", "", fmt::format("and {} more files", facts_.survey.unknown.size() - kShownUnknownFiles));
    }
    for (const std::string& note : facts_.survey.notes) line("  ", "", note);
  }

  void add_fields() {
    heading("Fields");
    for (const ObjectProposal& object : facts_.proposal.objects) {
      std::array<std::size_t, 3> counts{};
      for (const FieldProposal& field : object.fields) ++counts[static_cast<std::size_t>(field.sure)];
      line("  ", "",
           fmt::format("{}: {} certain, {} likely, {}", schema_of(object).name, counts[0], counts[1],
                       counted(counts[2], "guess", "guesses")));
      for (const Sureness sure : {Sureness::kLikely, Sureness::kGuess}) {
        for (const FieldProposal& field : object.fields) {
          if (field.sure == sure) add_field(object, field);
        }
      }
    }
    for (const NamedOnly& named : facts_.proposal.named_only) {
      const ObjectSchema& schema = facts_.schema.object(named.object);
      line("  ", "",
           fmt::format("{}: no file; {} tells them apart by name, and nothing else is known of them",
                       schema.name, named.by));
    }
  }

  void add_field(const ObjectProposal& object, const FieldProposal& field) {
    const ObjectSource& source = source_of(object);
    const SampledColumn& column = source.columns[field.column];
    const FieldSchema& schema = schema_of(object).fields[field.field];
    const bool unusable = field.same_name && field.sure == Sureness::kGuess;
    std::string text = fmt::format("{}{}: {}", schema.name, meaning_of(field, column), field.why);
    if (!field.format.empty()) text += fmt::format("; read as {}", field.format);
    if (const std::string sample = sample_value(column); !sample.empty() && field.when.empty() && !unusable)
      text += fmt::format("; such as \"{}\"", sample);
    if (!field.rivals.empty()) text += fmt::format("; or is it {}?", fmt::join(field.rivals, ", "));
    line("    ", fmt::format("{:<7} ", unusable ? "trouble" : to_string(field.sure)), text);
  }

  // " = close_date", " where StageName = 'Won'".
  static std::string meaning_of(const FieldProposal& field, const SampledColumn& column) {
    if (field.when.empty()) return " = " + column.name;
    if (field.told_field.empty()) return " where " + field.when;
    return fmt::format(" where {}{}", column.name, field.when.substr(field.told_field.size()));
  }

  std::string fix_of(const DataGap& gap) const {
    const Schema& schema = facts_.bound_schema;
    const ObjectSchema& object = schema.object(gap.what.object);
    switch (gap.what.kind) {
      case Requirement::Kind::kObject:
        break;
      case Requirement::Kind::kField:
        return fmt::format("a column for {}.{}", object.name, object.fields[gap.what.field].name);
      case Requirement::Kind::kHistory:
        return fmt::format("changes of {} in {} (track the field's history)",
                           object.fields[gap.what.field].name, object.history_object);
    }
    if (object.name == kViolationObject) return "earlier violations, which Plumbline keeps in a ledger";
    std::vector<std::string> fields;
    for (const std::size_t field : gap.fields) fields.push_back(object.fields[field].name);
    const std::string with = fields.empty() ? "" : fmt::format(" with {}", fmt::join(fields, ", "));
    return fmt::format("export {}{}", object.name, with);
  }

  void add_gaps() {
    std::size_t policies = 0;
    std::size_t judged = 0;
    std::vector<std::string> packs;
    for (const PackReadiness& pack : facts_.gaps.packs) {
      policies += pack.policies;
      judged += pack.judged.size();
      packs.push_back(fmt::format("{} of {} in {}", pack.judged.size(), pack.policies, pack.pack->name));
    }
    heading("Policies");
    line("  ", "",
         fmt::format("{} of the {} that come with Plumbline can be judged on this data: {}.", judged,
                     policies, fmt::join(packs, ", ")));
    if (facts_.gaps.gaps.empty()) return;
    line("  ", "", "What the others wait for, and in brackets how many of them wait for nothing else:");
    for (std::size_t at = 0; at < std::min(kShownGaps, facts_.gaps.gaps.size()); ++at) {
      const DataGap& gap = facts_.gaps.gaps[at];
      line("  ", fmt::format("{:>4}  {:<6}", gap.policies.size(), fmt::format("({})", gap.alone)),
           fix_of(gap));
    }
    if (facts_.gaps.gaps.size() > kShownGaps)
      line("  ", "", fmt::format("and {} more things", facts_.gaps.gaps.size() - kShownGaps));
  }

  void add_next() {
    heading("Written");
    out_ += fmt::format("  {}\n  {} (extends {})\n", printable(facts_.field_map), printable(facts_.pack),
                        facts_.extends);
    heading("Next");
    if (const std::size_t guesses = count_guesses(); guesses > 0) {
      line("  ", "",
           fmt::format("Look at the {} in the field map, and then:", counted(guesses, "guess", "guesses")));
    }
    out_ += fmt::format("  {}\n", printable(facts_.next));
  }

  std::size_t count_guesses() const {
    std::size_t guesses = 0;
    for (const ObjectProposal& object : facts_.proposal.objects) {
      for (const FieldProposal& field : object.fields) {
        if (field.sure == Sureness::kGuess && !field.same_name) ++guesses;
      }
    }
    return guesses;
  }

  const InitFacts& facts_;
  std::string out_;
};

}  // namespace

std::string init_report(const InitFacts& facts) { return Report(facts).write(); }

}  // namespace plumbline
