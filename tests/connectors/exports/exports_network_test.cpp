// Exports over a real connection, within this machine.
#include <gmock/gmock.h>

#include "connectors/http/curl_client.h"
#include "tests/connectors/exports/exports_fixture.h"
#include "tests/connectors/exports/gzip_text.h"
#include "tests/kit/loopback_server.h"

namespace plumbline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ExportsNetworkTest : public ExportsFixture {
 protected:
  Result<SourceReport> sync_from(const LoopbackServer& server) {
    options.files[0].url = server.url("/m.csv.gz");
    options.allow_plain_loopback = true;
    EXPECT_THAT(validate(options), ::testing::IsEmpty());
    Result<std::unique_ptr<CurlClient>> real =
        CurlClient::make(loop.get_executor(), {.allow_plain_loopback = true});
    if (!real) return fail(real.error());
    ExportsSource source(options, **real, loop.get_executor());
    return run_async(loop, source.sync(sink, now));
  }
};

TEST_F(ExportsNetworkTest, a_packed_file_comes_once_and_then_is_not_modified) {
  const std::string packed = gzip_text(rows(0, 20'000));
  const LoopbackServer server([&](LoopbackPeer& peer) {
    while (const std::optional<std::string> request = peer.request()) {
      const bool has_it = request->contains("If-None-Match: \"7\"");
      peer.send(has_it ? plain_reply("", {}, 304) : plain_reply(packed, {"ETag: \"7\""}));
    }
  });
  const Result<SourceReport> first = sync_from(server);
  ASSERT_TRUE(first.has_value()) << first.error().message;
  EXPECT_EQ(first->delivered.rows, 20'000U);
  const Result<SourceReport> second = sync_from(server);
  ASSERT_TRUE(second.has_value()) << second.error().message;
  EXPECT_EQ(second->delivered.rows, 0U);
  EXPECT_THAT(deliveries, SizeIs(1));
}

TEST_F(ExportsNetworkTest, a_connection_lost_half_way_delivers_nothing) {
  const LoopbackServer server([&](LoopbackPeer& peer) {
    if (!peer.request()) return;
    const std::string whole = plain_reply(rows(0, 5'000));
    peer.send(std::string_view(whole).substr(0, whole.size() / 2));
    peer.reset();
  });
  const Result<SourceReport> report = sync_from(server);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(deliveries, SizeIs(0));
}

TEST_F(ExportsNetworkTest, a_redirect_is_told_and_not_followed) {
  const LoopbackServer server([&](LoopbackPeer& peer) {
    while (peer.request())
      peer.send(plain_reply("", {"Location: https://elsewhere.example.com/m.csv?token=hush"}, 302));
  });
  const Result<SourceReport> report = sync_from(server);
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, AllOf(HasSubstr("elsewhere.example.com/m.csv"),
                                            HasSubstr("not followed"), ::testing::Not(HasSubstr("hush"))));
}

}  // namespace
}  // namespace plumbline
