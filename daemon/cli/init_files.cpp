#include "daemon/cli/init_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/time_zone.h"
#include "base/utf8.h"
#include "base/yaml_text.h"
#include "daemon/cli/wrap.h"
#include "policies/display.h"

namespace plumbline {
namespace {

constexpr std::size_t kCommentColumns = 100;  // of lines of explanation
constexpr std::size_t kSampleColumns = 32;

// "   # likely: another word for it; "Won""
std::string remark(Sureness sure, const std::string& why, const std::string& sample) {
  const std::string shown = sample.empty() ? "" : fmt::format("; such as \"{}\"", sample);
  return fmt::format("   # {}: {}{}", to_string(sure), printable(why), shown);
}

void add_comment(std::string& out, std::string_view indent, std::string_view text) {
  for (const std::string& line : wrap_words(printable(text), kCommentColumns - indent.size()))
    out += fmt::format("{}# {}\n", indent, line);
}

class MapWriter {
 public:
  MapWriter(const Schema& schema, const Survey& survey, const MapProposal& proposal)
      : schema_(schema), survey_(survey), proposal_(proposal) {}

  std::string write(const std::string& about) {
    add_comment(
        out_, "",
        fmt::format("Field map for {}, proposed by plumbline init. Behind each line stands how sure it "
                    "is, why, and a value. Look at the likely ones. The guesses are commented out: take "
                    "the # and one blank away from those that are right. Fields that are not named here "
                    "have columns of their own name, or none. docs/field-maps.md explains what may stand "
                    "here.",
                    about));
    out_ += "objects:\n";
    for (const ObjectProposal& object : proposal_.objects) add(object);
    for (const NamedOnly& named : proposal_.named_only) {
      out_ += fmt::format(
          "  {}:\n    key: Name   # likely: no file of them; {} calls them by names of your own\n",
          schema_.object(named.object).name, named.by);
    }
    if (out_.ends_with("objects:\n"))
      out_ += "  # Nothing needs to be said: every column that was found has the field's own name.\n";
    return std::move(out_);
  }

 private:
  void add(const ObjectProposal& object) {
    const ObjectSource& source = survey_.sources[object.source];
    const ObjectSchema& schema = schema_.object(source.object);
    std::string fields;
    for (const FieldProposal& field : object.fields) fields += line_of(schema, source, field);
    if (object.key.kind == KeyProposal::Kind::kRename) {
      const SampledColumn& id = source.columns[object.key.column];
      fields = fmt::format("      Id: {}{}\n", yaml_scalar(id.name),
                           remark(object.key.sure, object.key.why, sample_value(id))) +
               fields;
    }
    const bool own_key = object.key.kind == KeyProposal::Kind::kOwnKey;
    const bool keyless = object.key.kind == KeyProposal::Kind::kNone;
    if (fields.empty() && !own_key && !keyless && source.file.empty()) return;
    out_ += fmt::format("  {}:\n", yaml_scalar(schema.name));
    if (keyless)
      out_ += fmt::format("    # key:   # {}; an audit leaves the file out until one does\n", object.key.why);
    if (!source.file.empty()) {
      // A file that is named must be read, and without a key it cannot be.
      out_ += fmt::format("    {}file: {}{}\n", keyless ? "# " : "", yaml_scalar(source.file),
                          remark(source.file_sure, source.file_why, ""));
    }
    if (own_key) {
      const SampledColumn& key = source.columns[object.key.column];
      out_ += fmt::format("    key: {}{}\n", yaml_scalar(key.name),
                          remark(object.key.sure, object.key.why, sample_value(key)));
    }
    if (!fields.empty()) out_ += "    fields:\n" + fields;
  }

  static std::string line_of(const ObjectSchema& schema, const ObjectSource& source,
                             const FieldProposal& field) {
    if (field.same_name) return {};
    const FieldSchema& known = schema.fields[field.field];
    const SampledColumn& column = source.columns[field.column];
    const std::string_view hash = field.sure == Sureness::kGuess ? "# " : "";
    std::string lines;
    if (field.held_back) {
      add_comment(lines, "      ", fmt::format("{}, from {}: {}.", known.name, column.name, field.why));
      return lines;
    }
    if (!field.rivals.empty()) {
      add_comment(lines, "      ",
                  fmt::format("{} may also be {}.", known.name, fmt::join(field.rivals, ", ")));
    }
    if (!field.told_field.empty()) {
      lines += fmt::format("      {}{}: {{from: {}, type: text}}   # for the next line; such as \"{}\"\n",
                           hash, field.told_field, yaml_scalar(column.name), sample_value(column));
    }
    const std::string sample = field.when.empty() ? sample_value(column) : "";
    lines += fmt::format("      {}{}: {}{}\n", hash, known.name, field_entry(known, source, field),
                         remark(field.sure, field.why, sample));
    return lines;
  }

  const Schema& schema_;
  const Survey& survey_;
  const MapProposal& proposal_;
  std::string out_;
};

// The column whose values a field has, where it is in use.
const SampledColumn* column_of(const Survey& survey, const MapProposal& proposal,
                               std::pair<std::size_t, std::size_t> place) {
  for (const ObjectProposal& object : proposal.objects) {
    const ObjectSource& source = survey.sources[object.source];
    if (source.object != place.first) continue;
    for (const FieldProposal& field : object.fields) {
      if (field.field == place.second && field.sure != Sureness::kGuess && field.when.empty())
        return &source.columns[field.column];
    }
  }
  return nullptr;
}

std::vector<std::string> texts_of(const Parameter& parameter) {
  std::vector<std::string> texts;
  for (const Value& value : parameter.items) {
    if (value.type == ValueType::kText) texts.push_back(display_value(value, TimeZone::utc(), ""));
  }
  return texts;
}

bool holds(const std::vector<SampledValue>& values, const std::string& text) {
  return std::ranges::any_of(values,
                             [&](const SampledValue& value) { return equal_folded(value.text, text); });
}

// The most frequent first.
std::vector<SampledValue> by_times(std::vector<SampledValue> values) {
  std::ranges::sort(values, [](const SampledValue& a, const SampledValue& b) {
    return a.times != b.times ? a.times > b.times : a.text < b.text;
  });
  return values;
}

std::string shown_values(const std::vector<SampledValue>& values) {
  std::vector<std::string> shown;
  for (const SampledValue& value : values) {
    const std::string text = fit_width(printable(value.text), kSampleColumns);
    shown.push_back(value.times == 0 ? text : fmt::format("{} ({})", text, with_commas(value.times)));
  }
  return fmt::format("{}", fmt::join(shown, ", "));
}

class PackWriter {
 public:
  PackWriter(const StarterPack& starter, const Schema& schema, const Survey& survey,
             const MapProposal& proposal)
      : starter_(starter), schema_(schema), survey_(survey), proposal_(proposal) {}

  std::string write() {
    const Pack& base = *starter_.base;
    add_comment(
        out_, "",
        fmt::format("Your own conventions: those of {}, and below them what is different here. All of "
                    "what follows is commented out; take the # and one blank away from what you want, "
                    "and from the line of its section. `plumbline policy show` explains each policy and "
                    "its parameters; `plumbline policy check` tells what is wrong in this file.",
                    base.name));
    out_ += fmt::format("pack: {}\ntitle: Our conventions\nextends: {}\n\n", yaml_scalar(starter_.name),
                        yaml_scalar(base.name));
    add_parameters();
    add_calendar();
    add_policies();
    return std::move(out_);
  }

 private:
  void add_parameters() {
    std::string lines;
    for (const auto& [name, parameter] : starter_.base->parameters) lines += override_of(parameter);
    if (lines.empty()) {
      const Parameter* const number = first_number();
      if (number == nullptr) return;
      add_comment(out_, "", "A threshold of the pack, to be changed:");
      lines = fmt::format("#   {}: {}\n", number->name, number->items.front().number);
    } else {
      add_comment(
          out_, "",
          "REVIEW: names that the pack expects and your data does not have, with what it has instead. "
          "Until this is settled, policies that ask for them judge nothing, or the wrong records.");
    }
    out_ += "# parameters:\n" + lines + "\n";
  }

  const Parameter* first_number() const {
    for (const auto& [name, parameter] : starter_.base->parameters) {
      const bool one = parameter.kind == Parameter::Kind::kScalar && parameter.items.size() == 1;
      if (one && parameter.items.front().type == ValueType::kNumber) return &parameter;
    }
    return nullptr;
  }

  // A parameter that is compared with a field whose values are other ones.
  std::string override_of(const Parameter& parameter) const {
    const std::vector<std::string> shipped = texts_of(parameter);
    const auto compared = starter_.parameters.find(parameter.name);
    if (shipped.empty() || compared == starter_.parameters.end()) return {};
    for (const auto& place : compared->second) {
      const SampledColumn* const column = column_of(survey_, proposal_, place);
      // Texts of which none stands twice are no names out of a list. Those of a describe document are.
      const bool chosen = column != nullptr && (column->repeats || column->filled == 0);
      const bool listed = chosen && !column->values.empty() && !column->more_values &&
                          column->values.size() <= kStarterValues;
      if (!listed) continue;
      std::vector<std::string> strange;
      for (const std::string& text : shipped) {
        if (!holds(column->values, text)) strange.push_back(text);
      }
      if (strange.empty()) return {};
      return override_lines(parameter, strange, place, *column);
    }
    return {};
  }

  std::string override_lines(const Parameter& parameter, const std::vector<std::string>& strange,
                             std::pair<std::size_t, std::size_t> place, const SampledColumn& column) const {
    const ObjectSchema& object = schema_.object(place.first);
    const std::vector<SampledValue> values = by_times(column.values);
    std::string lines;
    add_comment(lines, "#   ",
                fmt::format("{}.{} never is {}. It is {}.", object.name, object.fields[place.second].name,
                            fmt::join(strange, ", "), shown_values(values)));
    std::vector<std::string> proposed;
    const bool open_ones = closed_stages(as_values(texts_of(parameter))).closed.empty();
    const ClosedStages over = closed_stages(column.values);
    for (const SampledValue& value : values) {
      const bool is_over = std::ranges::find(over.closed, value.text) != over.closed.end();
      if (!(open_ones && is_over)) proposed.push_back(yaml_scalar(value.text));
    }
    if (parameter.kind == Parameter::Kind::kList) {
      lines += fmt::format("#   {}: [{}]   # REVIEW\n", parameter.name, fmt::join(proposed, ", "));
    } else {
      lines += fmt::format("#   {}: {}   # REVIEW: one of them\n", parameter.name,
                           proposed.empty() ? yaml_scalar(strange.front()) : proposed.front());
    }
    return lines;
  }

  static std::vector<SampledValue> as_values(const std::vector<std::string>& texts) {
    std::vector<SampledValue> values;
    for (const std::string& text : texts) values.push_back({.text = text});
    return values;
  }

  void add_calendar() {
    add_comment(out_, "", "The month your fiscal year starts in, and the time zone of owners without one.");
    out_ += fmt::format("# calendar:\n#   fiscal_year_starts: {}\n#   zone: Europe/Berlin\n\n",
                        starter_.base->calendar.fiscal_year_starts);
  }

  void add_policies() {
    std::vector<const Policy*> shown = starter_.policies;
    for (const Policy& policy : starter_.base->policies) {
      if (shown.size() < 2 && std::ranges::find(shown, &policy) == shown.end()) shown.push_back(&policy);
    }
    if (shown.size() < 2) return;
    add_comment(
        out_, "",
        "How urgent a policy is (low, medium, high), or that it does not count here. Policies of your "
        "own stand here as well: docs/adding-a-policy.md.");
    const Severity other = shown[0]->severity == Severity::kLow ? Severity::kMedium : Severity::kLow;
    out_ += fmt::format("# policies:\n#   - {{id: {}, severity: {}}}\n#   - {{id: {}, enabled: false}}\n",
                        shown[0]->id, to_string(other), shown[1]->id);
  }

  const StarterPack& starter_;
  const Schema& schema_;
  const Survey& survey_;
  const MapProposal& proposal_;
  std::string out_;
};

}  // namespace

std::string sample_value(const SampledColumn& column) {
  if (column.values.empty()) return {};
  return fit_width(printable(column.values.front().text), kSampleColumns);
}

std::string field_entry(const FieldSchema& schema, const ObjectSource& source, const FieldProposal& field) {
  if (!field.when.empty()) return fmt::format("{{when: {}}}", yaml_scalar(field.when));
  const std::string& column = source.columns[field.column].name;
  if (field.format.empty()) return yaml_scalar(column);
  const std::string format = yaml_scalar(field.format);
  if (same_name(column, schema.name)) return fmt::format("{{format: {}}}", format);
  return fmt::format("{{from: {}, format: {}}}", yaml_scalar(column), format);
}

std::string render_field_map(const Schema& schema, const Survey& survey, const MapProposal& proposal,
                             const std::string& about) {
  return MapWriter(schema, survey, proposal).write(about);
}

std::string render_conventions(const StarterPack& starter, const Schema& schema, const Survey& survey,
                               const MapProposal& proposal) {
  return PackWriter(starter, schema, survey, proposal).write();
}

}  // namespace plumbline
