// Answers to a login, and what headers say of clocks and limits: a token never gets into a sentence.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "connectors/salesforce/call_budget.h"
#include "connectors/salesforce/server_time.h"
#include "connectors/salesforce/token.h"

namespace {

using namespace plumbline;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  if (const Result<SalesforceToken> token = read_token(text)) {
    demand(!token->access_token.empty(), "a token that is none");
    demand(!token->instance_url.ends_with('/'), "an address with a slash behind");
  }
  const SalesforceLogin login{.url = "https://login.salesforce.com"};
  const LoginFailure failure = read_login_failure(login, {.status = 400}, text);
  demand(!failure.error.message.empty(), "a failure without a sentence");
  if (const auto usage = read_limit_info(text)) demand(usage->most > 0, "no calls at all");
  if (const auto instant = parse_http_date(text)) {
    // 23:59:60 is a moment of the next day.
    const auto again = parse_http_date(format_http_date(*instant));
    demand(again && *again == *instant, "a date that does not read back");
  }
  return 0;
}
