#include "records/name_match.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/nearest_name.h"
#include "base/utf8.h"

namespace plumbline {
namespace {

using Words = std::vector<std::string>;

struct Synonym {
  std::string_view object;  // empty: of any
  std::string_view field;
  std::string_view letters;  // lower case, without blanks and signs
  NameTie tie = NameTie::kSynonym;
};

// What headers of other people's exports say, beyond the letters of name and label. English first, then the
// languages whose exports people bring most.
constexpr std::array kSynonyms = std::to_array<Synonym>({
    {"", "Id", "recordid"},
    {"", "Id", "key", NameTie::kLooseSynonym},
    {"", "Id", "number", NameTie::kLooseSynonym},
    {"", "Id", "no", NameTie::kLooseSynonym},
    {"", "Id", "nr", NameTie::kLooseSynonym},
    {"", "Id", "nummer", NameTie::kLooseSynonym},
    {"Opportunity", "Name", "title", NameTie::kLooseSynonym},
    {"Opportunity", "Name", "bezeichnung"},
    {"Opportunity", "Name", "subject", NameTie::kLooseSynonym},
    {"Account", "Name", "firma"},
    {"Account", "Name", "kunde"},
    {"Account", "Name", "bezeichnung"},
    {"User", "Name", "fullname"},
    {"User", "Name", "employee"},
    {"User", "Name", "mitarbeiter"},

    {"", "OwnerId", "salesagent"},
    {"", "OwnerId", "salesrep"},
    {"", "OwnerId", "salesrepresentative"},
    {"", "OwnerId", "salesperson"},
    {"", "OwnerId", "seller"},
    {"", "OwnerId", "rep"},
    {"", "OwnerId", "accountexecutive"},
    {"", "OwnerId", "ae"},
    {"", "OwnerId", "accountmanager", NameTie::kLooseSynonym},
    {"", "OwnerId", "assignedto"},
    {"", "OwnerId", "ownerfullname"},
    {"", "OwnerId", "besitzer"},
    {"", "OwnerId", "inhaber"},
    {"", "OwnerId", "verantwortlich"},
    {"", "OwnerId", "verantwortlicher"},
    {"", "OwnerId", "zuständig", NameTie::kLooseSynonym},
    {"", "OwnerId", "verkäufer"},
    {"", "OwnerId", "vertriebler"},
    {"", "OwnerId", "propriétaire"},
    {"", "OwnerId", "propietario"},

    {"", "AccountId", "company"},
    {"", "AccountId", "customer"},
    {"", "AccountId", "client"},
    {"", "AccountId", "kunde"},
    {"", "AccountId", "firma"},
    {"", "AccountId", "konto", NameTie::kLooseSynonym},
    {"", "AccountId", "compte"},
    {"", "AccountId", "cuenta"},
    {"Account", "ParentId", "parent"},
    {"Account", "ParentId", "parentcompany"},
    {"Account", "ParentId", "subsidiaryof"},
    {"Account", "ParentId", "muttergesellschaft"},
    {"User", "ManagerId", "reportsto"},
    {"User", "ManagerId", "boss"},
    {"User", "ManagerId", "teamlead", NameTie::kLooseSynonym},
    {"User", "ManagerId", "vorgesetzter"},

    {"Opportunity", "StageName", "salesstage"},
    {"Opportunity", "StageName", "pipelinestage"},
    {"Opportunity", "StageName", "phase"},
    {"Opportunity", "StageName", "verkaufsphase"},
    {"Opportunity", "StageName", "étape"},
    {"Opportunity", "StageName", "etapa"},
    {"Opportunity", "StageName", "status", NameTie::kLooseSynonym},
    {"Opportunity", "CloseDate", "closingdate"},
    {"Opportunity", "CloseDate", "expectedclose"},
    {"Opportunity", "CloseDate", "expectedclosedate"},
    {"Opportunity", "CloseDate", "expectedclosingdate"},
    {"Opportunity", "CloseDate", "closes"},
    {"Opportunity", "CloseDate", "closedon", NameTie::kLooseSynonym},
    {"Opportunity", "CloseDate", "abschlussdatum"},
    {"Opportunity", "CloseDate", "schlusstermin"},
    {"Opportunity", "CloseDate", "abschluss", NameTie::kLooseSynonym},
    {"Opportunity", "CloseDate", "datedeclôture"},
    {"Opportunity", "CloseDate", "fechadecierre"},
    {"Opportunity", "Amount", "closevalue"},
    {"Opportunity", "Amount", "dealvalue"},
    {"Opportunity", "Amount", "dealsize"},
    {"Opportunity", "Amount", "tcv", NameTie::kLooseSynonym},
    {"Opportunity", "Amount", "value", NameTie::kLooseSynonym},
    {"Opportunity", "Amount", "revenue", NameTie::kLooseSynonym},
    {"Opportunity", "Amount", "betrag"},
    {"Opportunity", "Amount", "umsatz", NameTie::kLooseSynonym},
    {"Opportunity", "Amount", "volumen", NameTie::kLooseSynonym},
    {"Opportunity", "Amount", "montant"},
    {"Opportunity", "Amount", "importe"},
    {"Opportunity", "Net_ARR__c", "arr"},
    {"Opportunity", "Net_ARR__c", "arrnet"},
    {"Opportunity", "Net_ARR__c", "netnewarr"},
    {"Opportunity", "Net_ARR__c", "incrementalarr"},
    {"Opportunity", "Net_ARR__c", "iacv", NameTie::kLooseSynonym},
    {"Opportunity", "Net_ARR__c", "acv", NameTie::kLooseSynonym},
    {"Opportunity", "NextStep", "nextaction"},
    {"Opportunity", "NextStep", "nächsterschritt"},
    {"Opportunity", "NextStep", "nächsteschritte"},
    {"Opportunity", "NextStep", "prochaineétape"},
    {"Opportunity", "NextStep", "siguientepaso"},
    {"Opportunity", "Next_Steps_Date__c", "nextstepdue"},
    {"Opportunity", "Next_Steps_Date__c", "nextstepduedate"},
    {"Opportunity", "Next_Steps_Date__c", "nextactiondate"},
    {"Opportunity", "Next_Steps_Date__c", "nextstepson"},
    {"Opportunity", "Next_Steps_Owner__c", "nextstepby"},
    {"Opportunity", "IsClosed", "geschlossen"},
    {"Opportunity", "IsClosed", "abgeschlossen"},
    {"Opportunity", "IsClosed", "dealclosed"},
    {"Opportunity", "IsWon", "gewonnen"},
    {"Opportunity", "Type", "typ"},
    {"Opportunity", "Type", "category", NameTie::kLooseSynonym},
    {"Opportunity", "Compelling_Event__c", "compellingevent"},
    {"Opportunity", "LeadSource", "source", NameTie::kLooseSynonym},
    {"Opportunity", "Closed_Reason__c", "lossreason"},
    {"Opportunity", "Closed_Reason__c", "reasonlost"},
    {"Opportunity", "Competitors__c", "competitor"},

    {"", "CreatedDate", "createdon"},
    {"", "CreatedDate", "createdat"},
    {"", "CreatedDate", "created"},
    {"", "CreatedDate", "creationdate"},
    {"", "CreatedDate", "datecreated"},
    {"", "CreatedDate", "erstelltam"},
    {"", "CreatedDate", "erstelldatum"},
    {"", "CreatedDate", "angelegtam"},
    {"", "CreatedDate", "anlagedatum"},
    {"", "CreatedDate", "opened", NameTie::kLooseSynonym},
    {"", "CreatedDate", "openeddate", NameTie::kLooseSynonym},
    {"", "CreatedDate", "opendate", NameTie::kLooseSynonym},
    {"", "CreatedDate", "engagedate", NameTie::kLooseSynonym},
    {"", "LastModifiedDate", "lastmodified"},
    {"", "LastModifiedDate", "modified"},
    {"", "LastModifiedDate", "modifiedon"},
    {"", "LastModifiedDate", "updatedat"},
    {"", "LastModifiedDate", "lastupdated"},
    {"", "LastModifiedDate", "lastupdate"},
    {"", "LastModifiedDate", "geändertam"},
    {"", "LastModifiedDate", "zuletztgeändert"},
    {"", "LastModifiedDate", "letzteänderung"},
    {"", "LastActivityDate", "lastcontact", NameTie::kLooseSynonym},
    {"", "LastActivityDate", "lastcontacted", NameTie::kLooseSynonym},
    {"", "LastActivityDate", "lasttouch", NameTie::kLooseSynonym},
    {"", "LastActivityDate", "letzteaktivität"},
    {"", "Type", "art", NameTie::kLooseSynonym},

    {"Account", "Industry", "sector"},
    {"Account", "Industry", "branche"},
    {"Account", "NumberOfEmployees", "headcount"},
    {"Account", "NumberOfEmployees", "mitarbeiter"},
    {"Account", "NumberOfEmployees", "mitarbeiterzahl"},
    {"Account", "AnnualRevenue", "revenue", NameTie::kLooseSynonym},
    {"Account", "Segment__c", "segment"},
    {"Account", "Segment__c", "salessegment"},
    {"Account", "Segment__c", "marketsegment"},
    {"Account", "Segment__c", "companysize", NameTie::kLooseSynonym},
    {"Account", "Region__c", "territory", NameTie::kLooseSynonym},
    {"Account", "Website", "url"},
    {"Account", "Website", "domain"},
    {"Account", "Website", "webseite"},
    {"User", "Region__c", "regionaloffice"},
    {"User", "Region__c", "office", NameTie::kLooseSynonym},
    {"User", "Team__c", "salesteam"},
    {"User", "Email", "emailaddress"},
    {"User", "Email", "mail"},
    {"User", "TimeZoneSidKey", "timezone"},
    {"User", "TimeZoneSidKey", "zeitzone"},
    {"User", "IsActive", "enabled"},
    {"User", "IsActive", "aktiv"},
    {"User", "Start_Date__c", "hiredate"},
    {"User", "Start_Date__c", "hiredon"},
    {"User", "Sales_Role__c", "role", NameTie::kLooseSynonym},
    {"Lead", "Status", "leadstatus"},
    {"Lead", "Company", "firma"},
    {"Task", "WhatId", "relatedto"},
    {"Task", "WhoId", "contact", NameTie::kLooseSynonym},
    {"Task", "ActivityDate", "duedate"},
    {"Task", "ActivityDate", "date"},
    {"Event", "WhatId", "relatedto"},
    {"Event", "ActivityDate", "date"},
    {"OpportunityFieldHistory", "Field", "fieldname"},
    {"OpportunityFieldHistory", "Field", "fieldevent"},
    {"OpportunityFieldHistory", "CreatedDate", "editdate"},
    {"OpportunityFieldHistory", "CreatedDate", "changedon"},
    {"OpportunityFieldHistory", "CreatedById", "editedby"},
});

struct ObjectWord {
  std::string_view object;
  std::string_view word;
};

// Words that say the object itself, and so nothing about the field, in a header of its file.
constexpr std::array kObjectWords = std::to_array<ObjectWord>({
    {"Opportunity", "opportunity"},
    {"Opportunity", "opportunities"},
    {"Opportunity", "opp"},
    {"Opportunity", "oppty"},
    {"Opportunity", "deal"},
    {"Opportunity", "verkaufschance"},
    {"Account", "account"},
    {"Account", "accounts"},
    {"Account", "company"},
    {"Account", "customer"},
    {"Account", "client"},
    {"User", "user"},
    {"User", "users"},
    {"Lead", "lead"},
    {"Task", "task"},
    {"Task", "activity"},
    {"Event", "event"},
    {"Event", "meeting"},
});

bool is_object_word(const ObjectSchema& object, std::string_view word) {
  return same_name(word, object.name) || std::ranges::any_of(kObjectWords, [&](const ObjectWord& one) {
           return one.object == object.name && one.word == word;
         });
}

// Without the namespace of an installed package and without __c.
std::string_view without_trappings(std::string_view name) {
  const auto custom = [&](std::string_view ending) {
    return name.size() > ending.size() && same_name(name.substr(name.size() - ending.size()), ending);
  };
  if (!custom("__c") && !custom("__r")) return name;
  name.remove_suffix(3);
  const std::size_t space = name.find("__");
  if (space != std::string_view::npos && space + 2 < name.size()) name.remove_prefix(space + 2);
  return name;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// In lower case: CloseDate, "Close Date (UTC)" and close_date begin with the same two. Digits are letters.
Words words_of(std::string_view name) {
  name = without_trappings(name);
  Words words;
  bool inside = false;
  for (std::size_t pos = 0; pos < name.size();) {
    const std::size_t begin = pos;
    const char32_t c = decode_utf8(name, pos);
    if (!is_alnum(c)) {
      inside = false;
      continue;
    }
    const char here = name[begin];
    const bool after_lower = begin > 0 && is_lower(name[begin - 1]);
    const bool ends_run = begin > 0 && is_upper(name[begin - 1]) && pos < name.size() && is_lower(name[pos]);
    if (!inside || (is_upper(here) && (after_lower || ends_run))) words.emplace_back();
    inside = true;
    words.back() += fold_case(name.substr(begin, pos - begin));
  }
  return words;
}

// Units behind an amount say nothing about which amount it is.
bool is_unit(std::string_view word) {
  constexpr std::array kUnits =
      std::to_array<std::string_view>({"eur", "euro", "usd", "gbp", "chf", "dollar", "utc"});
  return std::ranges::find(kUnits, word) != kUnits.end();
}

Words without_units(Words words) {
  if (words.size() > 1) std::erase_if(words, is_unit);
  return words;
}

std::string joined(const Words& words) {
  std::string all;
  for (const std::string& word : words) all += word;
  return all;
}

// One step and two steps are the same field.
std::string singular(std::string word) {
  if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss")) word.pop_back();
  return word;
}

Words singulars(Words words) {
  for (std::string& word : words) word = singular(std::move(word));
  return words;
}

Words without_object(Words words, const ObjectSchema& object) {
  std::erase_if(words, [&](const std::string& word) { return is_object_word(object, word); });
  return words;
}

// What may stand behind a reference: Account Name, Owner ID.
bool is_reference_ending(std::string_view word) {
  return word == "id" || word == "name" || word == "key" || word == "nr" || word == "no" || word == "number";
}

struct FieldForms {
  std::vector<Words> all;  // by name, by label, and of a reference what it leads to
};

FieldForms forms_of(const FieldSchema& field) {
  FieldForms forms;
  forms.all.push_back(singulars(words_of(field.name)));
  forms.all.push_back(singulars(words_of(field.label)));
  if (field.type == FieldType::kReference) forms.all.push_back(singulars(words_of(lookup_name(field.name))));
  return forms;
}

bool is_one_of(const FieldForms& forms, const FieldSchema& field, const Words& words) {
  const auto same = [&](const Words& some) {
    const std::string letters = joined(some);
    return !letters.empty() &&
           std::ranges::any_of(forms.all, [&](const Words& form) { return joined(form) == letters; });
  };
  if (same(words)) return true;
  if (field.type != FieldType::kReference || words.size() < 2 || !is_reference_ending(words.back()))
    return false;
  return same(Words(words.begin(), words.end() - 1));
}

std::optional<NameTie> synonym(std::string_view object, std::string_view field, std::string_view letters) {
  for (const Synonym& one : kSynonyms) {
    if (one.letters == letters && one.field == field && (one.object.empty() || one.object == object))
      return one.tie;
  }
  return std::nullopt;
}

// Of `words`, in percent, how much they have in common with the nearest form; the last word, which says what
// kind of thing the field is, must be among it.
unsigned common_percent(const FieldForms& forms, const Words& words) {
  unsigned best = 0;
  for (const Words& form : forms.all) {
    if (form.size() < 2 && words.size() < 2) continue;
    if (form.empty() || std::ranges::find(words, form.back()) == words.end()) continue;
    const auto common = static_cast<std::size_t>(std::ranges::count_if(
        form, [&](const std::string& word) { return std::ranges::find(words, word) != words.end(); }));
    const std::size_t either = form.size() + words.size() - common;
    best = std::max(best, static_cast<unsigned>(100 * common / std::max<std::size_t>(either, 1)));
  }
  return best;
}

bool is_near(const FieldForms& forms, const Words& words) {
  constexpr std::size_t kLeastLetters = 5;  // shorter names are near too many others
  const std::string letters = joined(words);
  std::vector<std::string> known;
  for (const Words& form : forms.all) {
    if (std::string name = joined(form); name.size() >= kLeastLetters) known.push_back(std::move(name));
  }
  return letters.size() >= kLeastLetters && nearest_name(letters, known).has_value();
}

constexpr unsigned kLeastCommonPercent = 60;

constexpr unsigned score_of(NameTie tie) {
  switch (tie) {
    case NameTie::kSameName:
      return 100;
    case NameTie::kSameLetters:
      return 95;
    case NameTie::kWithObject:
      return 90;
    case NameTie::kSynonym:
      return 80;
    case NameTie::kLooseSynonym:
      return 60;
    case NameTie::kWords:
      return 30;
    case NameTie::kSpelling:
      return 50;
  }
  return 0;
}

NameMatch with(NameTie tie) { return {.tie = tie, .score = score_of(tie)}; }

}  // namespace

std::string_view to_string(NameTie tie) {
  switch (tie) {
    case NameTie::kSameName:
      return "the same name";
    case NameTie::kSameLetters:
      return "the same letters";
    case NameTie::kWithObject:
      return "the same, beside the object's name";
    case NameTie::kSynonym:
      return "another word for it";
    case NameTie::kLooseSynonym:
      return "sometimes a word for it";
    case NameTie::kWords:
      return "some of the same words";
    case NameTie::kSpelling:
      return "nearly the same letters";
  }
  return "";
}

std::optional<NameMatch> match_name(std::string_view header, const ObjectSchema& object,
                                    const FieldSchema& field) {
  if (header.empty() || header.size() > kMaxMatchedNameBytes) return std::nullopt;
  if (same_name(header, field.name)) return with(NameTie::kSameName);
  const Words whole = without_units(words_of(header));
  const Words words = singulars(whole);
  if (words.empty()) return std::nullopt;
  const FieldForms forms = forms_of(field);
  if (is_one_of(forms, field, words)) return with(NameTie::kSameLetters);
  const Words bare = without_object(whole, object);
  const Words bare_singular = singulars(bare);
  const bool has_object = bare.size() < whole.size();
  if (has_object && is_one_of(forms, field, bare_singular)) return with(NameTie::kWithObject);
  std::optional<NameTie> tie = synonym(object.name, field.name, joined(whole));
  if (!tie) tie = synonym(object.name, field.name, joined(bare));
  // Sellers are listed under the word that deals have for their owners.
  if (!tie && object.name == "User" && field.name == "Name")
    tie = synonym(object.name, "OwnerId", joined(whole));
  if (tie) return with(*tie);
  if (is_near(forms, words)) return with(NameTie::kSpelling);
  const unsigned common = std::max(common_percent(forms, words), common_percent(forms, bare_singular));
  if (common < kLeastCommonPercent) return std::nullopt;
  return NameMatch{.tie = NameTie::kWords, .score = score_of(NameTie::kWords) + common / 4};
}

bool says_name(std::string_view header) {
  const Words words = words_of(header);
  return !words.empty() && words.back() == "name";
}

bool names_object(std::string_view header, const ObjectSchema& object) {
  const Words words = words_of(header);
  return !words.empty() && without_object(words, object).empty();
}

}  // namespace plumbline
