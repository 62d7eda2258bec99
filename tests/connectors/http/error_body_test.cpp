#include "connectors/http/error_body.h"

#include <gtest/gtest.h>

#include "tests/kit/run_async.h"
#include "tests/kit/scripted_client.h"

namespace plumbline {
namespace {

ErrorBody classify(std::string text, std::string type = "") {
  return classify_error_body({.status = 500, .headers = {{"Content-Type", std::move(type)}}},
                             std::move(text));
}

TEST(ErrorBody, is_classified_by_what_it_begins_with) {
  EXPECT_EQ(classify("").kind, ErrorBodyKind::kEmpty);
  EXPECT_EQ(classify(" \r\n").kind, ErrorBodyKind::kEmpty);
  EXPECT_EQ(classify("\xEF\xBB\xBF {\"a\":1}", "text/plain").kind, ErrorBodyKind::kJson);
  EXPECT_EQ(classify("[{}]", "text/html").kind, ErrorBodyKind::kJson);
  EXPECT_EQ(classify("<!DOCTYPE HTML><p>x").kind, ErrorBodyKind::kHtml);
  EXPECT_EQ(classify("<h1>x</h1>", "text/html; charset=utf-8").kind, ErrorBodyKind::kHtml);
  EXPECT_EQ(classify("<?xml version=\"1.0\"?><Error/>", "application/xml").kind, ErrorBodyKind::kText);
  EXPECT_EQ(classify("upstream connect error").kind, ErrorBodyKind::kText);
}

TEST(ErrorBody, is_shown_of_a_page_as_a_browser_would) {
  const ErrorBody body = classify(
      "<html><head><title>Login</title><style>p {}</style><SCRIPT>if (1 < 2) alert('x')</SCRIPT><!-- "
      "<b>no</b> -->"
      "</head><body><p>Please &lt;sign&gt;\n  in &amp; wait</p></body></html>");
  EXPECT_EQ(body.excerpt, "Login Please <sign> in & wait");
}

TEST(ErrorBody, of_a_page_that_breaks_off_within_a_tag_shows_what_stands_before) {
  EXPECT_EQ(classify("<html><p>Gone<img src=").excerpt, "Gone");
  EXPECT_EQ(classify("<html><p>Gone<script>var").excerpt, "Gone");
}

TEST(ErrorBody, is_shown_on_one_line_without_what_cannot_be_printed) {
  EXPECT_EQ(classify("a\r\n\tb\x1b[31m\x07 c\x7f"
                     "d")
                .excerpt,
            "a b [31m c d");
  EXPECT_EQ(classify("caf\xE9 \xC2\x9B"
                     "1m")
                .excerpt,
            "caf\xEF\xBF\xBD 1m");
}

TEST(ErrorBody, is_cut_between_characters) {
  std::string text = "x";
  for (int each = 0; each < 400; ++each) text += "é";
  const ErrorBody body = classify(text);
  EXPECT_LE(body.excerpt.size(), kMostExcerptBytes);
  EXPECT_TRUE(body.excerpt.ends_with("é...")) << body.excerpt;
  EXPECT_EQ(body.text, text);
}

Async<ErrorBody> read_from(HttpClient& client) {
  HttpRequest request{.url = "https://a.test/"};
  Result<HttpReply> reply = co_await client.open(std::move(request));
  co_return co_await read_error_body(*reply);
}

TEST(ErrorBody, is_read_as_far_as_it_is_kept_and_as_far_as_it_comes) {
  ScriptedClient client;
  client.answer({.status = 500, .body = std::string(kMostErrorBodyBytes * 3, 'x'), .piece_bytes = 1000});
  EXPECT_EQ(run_async(read_from(client)).text.size(), kMostErrorBodyBytes);
  client.answer({.status = 500,
                 .body = "{\"error\":",
                 .body_failure = Error{.code = ErrorCode::kUnavailable, .message = "lost", .where = {}}});
  const ErrorBody broken = run_async(read_from(client));
  EXPECT_EQ(broken.kind, ErrorBodyKind::kJson);
  EXPECT_EQ(broken.text, "{\"error\":");
}

TEST(ErrorBody, becomes_a_sentence_with_target_and_status) {
  const auto sentence = [](int status, std::string text) {
    const HttpHead head{.status = status};
    return describe_reply("a.test/x", head, classify_error_body(head, std::move(text)));
  };
  EXPECT_EQ(sentence(503, "busy"), "a.test/x answered 503 (Service Unavailable): busy");
  EXPECT_EQ(sentence(500, ""), "a.test/x answered 500 (Internal Server Error) and said nothing more");
  EXPECT_EQ(sentence(404, "<html>Lost?"), "a.test/x answered 404 (Not Found) with a page: Lost?");
  EXPECT_EQ(sentence(599, "{\"a\": 1}"), "a.test/x answered 599: {\"a\": 1}");
}

TEST(ErrorBody, says_where_a_redirection_leads_without_its_secrets) {
  const auto leads_to = [](int status, std::string location) {
    return redirection_of({.status = status, .headers = {{"Location", std::move(location)}}});
  };
  EXPECT_EQ(leads_to(301, "http://u:p@B.test/new?token=t"), "http://b.test/new");
  EXPECT_EQ(leads_to(302, "/login?from=%2F"), "/login");
  EXPECT_EQ(leads_to(302, ""), std::nullopt);
  EXPECT_EQ(leads_to(304, "/x"), std::nullopt);
  EXPECT_EQ(leads_to(201, "/x"), std::nullopt);
  const HttpHead head{.status = 302, .headers = {{"Location", "https://b.test/login"}}};
  EXPECT_EQ(describe_reply("a.test/x", head, {}),
            "a.test/x redirects to https://b.test/login, which is not followed; name that address");
}

}  // namespace
}  // namespace plumbline
