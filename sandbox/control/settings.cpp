#include "sandbox/control/settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json.h"
#include "sandbox/control/sandbox.h"

namespace plumbline::sandbox {
namespace {

// Numbers stand for themselves, switches are 0 or 1.
struct Setting {
  std::string_view name;
  bool is_switch;
  double (*get)(Sandbox&);
  void (*set)(Sandbox&, double);
};

std::size_t count_of(double value) { return static_cast<std::size_t>(std::max(value, 0.0)); }

constexpr auto kSettings = std::to_array<Setting>({
    {"page_rows", false, [](Sandbox& s) { return static_cast<double>(s.salesforce().settings().page_rows); },
     [](Sandbox& s, double v) { s.salesforce().settings().page_rows = count_of(v); }},
    {"shuffled", true, [](Sandbox& s) { return s.salesforce().settings().shuffled ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.salesforce().settings().shuffled = v != 0; }},
    {"uneven_pages", true, [](Sandbox& s) { return s.salesforce().settings().uneven_pages ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.salesforce().settings().uneven_pages = v != 0; }},
    {"gzip", true, [](Sandbox& s) { return s.salesforce().settings().gzip ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.salesforce().settings().gzip = v != 0; }},
    {"daily_calls", false,
     [](Sandbox& s) { return static_cast<double>(s.salesforce().settings().daily_calls); },
     [](Sandbox& s, double v) { s.salesforce().settings().daily_calls = count_of(v); }},
    {"others_calls", false,
     [](Sandbox& s) { return static_cast<double>(s.salesforce().settings().others_calls); },
     [](Sandbox& s, double v) { s.salesforce().settings().others_calls = count_of(v); }},
    {"bulk_jobs", false, [](Sandbox& s) { return static_cast<double>(s.salesforce().settings().bulk_jobs); },
     [](Sandbox& s, double v) { s.salesforce().settings().bulk_jobs = count_of(v); }},
    {"bulk_rows", false, [](Sandbox& s) { return static_cast<double>(s.salesforce().settings().bulk_rows); },
     [](Sandbox& s, double v) { s.salesforce().settings().bulk_rows = count_of(v); }},
    {"bulk_polls", false,
     [](Sandbox& s) { return static_cast<double>(s.salesforce().settings().bulk_polls); },
     [](Sandbox& s, double v) { s.salesforce().settings().bulk_polls = static_cast<unsigned>(count_of(v)); }},
    {"result_pages", true, [](Sandbox& s) { return s.salesforce().settings().result_pages ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.salesforce().settings().result_pages = v != 0; }},
    {"nul_share", false, [](Sandbox& s) { return s.salesforce().settings().nul_share; },
     [](Sandbox& s, double v) { s.salesforce().settings().nul_share = v; }},
    {"session_idle_seconds", false,
     [](Sandbox& s) { return static_cast<double>(s.salesforce().logins().settings().idle.count()); },
     [](Sandbox& s, double v) {
       s.salesforce().logins().settings().idle = std::chrono::seconds(count_of(v));
     }},
    {"rotate_refresh_tokens", true,
     [](Sandbox& s) { return s.salesforce().logins().settings().rotate_refresh_tokens ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.salesforce().logins().settings().rotate_refresh_tokens = v != 0; }},
    {"clari_wrapped_job", true, [](Sandbox& s) { return s.clari().settings().wrapped_job ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.clari().settings().wrapped_job = v != 0; }},
    {"clari_polls", false, [](Sandbox& s) { return static_cast<double>(s.clari().settings().polls); },
     [](Sandbox& s, double v) { s.clari().settings().polls = static_cast<unsigned>(count_of(v)); }},
    {"clari_monthly_quota", false,
     [](Sandbox& s) { return static_cast<double>(s.clari().settings().monthly_quota); },
     [](Sandbox& s, double v) { s.clari().settings().monthly_quota = count_of(v); }},
    {"clari_concurrent_limit", false,
     [](Sandbox& s) { return static_cast<double>(s.clari().settings().concurrent_limit); },
     [](Sandbox& s, double v) { s.clari().settings().concurrent_limit = count_of(v); }},
    {"clari_synchronous_read", true,
     [](Sandbox& s) { return s.clari().settings().synchronous_read ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.clari().settings().synchronous_read = v != 0; }},
    {"clari_crm_types", true, [](Sandbox& s) { return s.clari().settings().crm_types ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.clari().settings().crm_types = v != 0; }},
    {"clari_currency_object", true,
     [](Sandbox& s) { return s.clari().settings().currency_object ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.clari().settings().currency_object = v != 0; }},
    {"chat_rate_limits", true, [](Sandbox& s) { return s.chat().settings().rate_limits ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.chat().settings().rate_limits = v != 0; }},
    {"chat_retry_after_seconds", false,
     [](Sandbox& s) { return static_cast<double>(s.chat().settings().retry_after_seconds); },
     [](Sandbox& s, double v) { s.chat().settings().retry_after_seconds = count_of(v); }},
    {"quiet_life", true, [](Sandbox& s) { return s.life().options().quiet ? 1.0 : 0.0; },
     [](Sandbox& s, double v) { s.life().options().quiet = v != 0; }},
    {"changes_a_day", false, [](Sandbox& s) { return s.life().options().changes_a_day; },
     [](Sandbox& s, double v) { s.life().options().changes_a_day = v; }},
    {"late_share", false, [](Sandbox& s) { return s.life().options().late_share; },
     [](Sandbox& s, double v) { s.life().options().late_share = v; }},
    {"most_late_seconds", false,
     [](Sandbox& s) { return static_cast<double>(s.life().options().most_late.count()); },
     [](Sandbox& s, double v) { s.life().options().most_late = std::chrono::seconds(count_of(v)); }},
    {"mass_rows", false, [](Sandbox& s) { return static_cast<double>(s.life().options().mass_rows); },
     [](Sandbox& s, double v) { s.life().options().mass_rows = count_of(v); }},
});

}  // namespace

Response settings_response(Sandbox& sandbox) {
  Response response = json_response(200, {});
  JsonWriter json(response.body);
  json.begin_object();
  for (const Setting& setting : kSettings) {
    json.key(setting.name);
    if (setting.is_switch) {
      json.boolean(setting.get(sandbox) != 0);
    } else {
      json.number(setting.get(sandbox));
    }
  }
  json.end_object();
  return response;
}

Response set_settings(Sandbox& sandbox, const JsonValue& body) {
  std::vector<std::pair<const Setting*, double>> wanted;
  const auto* members = std::get_if<JsonObject>(&body.value);
  if (members == nullptr) return json_response(400, R"({"message":"settings are an object"})");
  for (const auto& [name, member] : *members) {
    const auto setting = std::ranges::find(kSettings, name, &Setting::name);
    const auto number = body.number(name);
    const auto truth = body.truth(name);
    if (setting == kSettings.end() || (!number && !truth)) {
      return json_response(400,
                           R"({"message":"there is no such setting, or it is no number, true or false"})");
    }
    wanted.emplace_back(&*setting, truth ? (*truth ? 1.0 : 0.0) : *number);
  }
  for (const auto& [setting, value] : wanted) setting->set(sandbox, value);
  return settings_response(sandbox);
}

}  // namespace plumbline::sandbox
