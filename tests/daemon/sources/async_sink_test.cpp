#include "daemon/sources/async_sink.h"

#include <gtest/gtest.h>

#include <boost/asio/thread_pool.hpp>
#include <fstream>

#include "tests/kit/run_async.h"
#include "tests/records/temp_folder.h"

namespace plumbline {
namespace {

constexpr Instant kNow{std::chrono::sys_days{std::chrono::year{2024} / 6 / 3}};

class AsyncSinkTest : public testing::Test {
 protected:
  TempFolder folder_;
  Ledger ledger_ =
      *Ledger::open(folder_.path_of("a.ledger"), {.access = DatabaseAccess::kCreate, .now = kNow});
  FixedClock clock_{kNow};
  LedgerSink plain_{ledger_, {.clock = clock_}};
  boost::asio::io_context loop_;  // outlives the thread, which has it in hand for a moment longer
  boost::asio::thread_pool thread_{1};
  AsyncSink sink_{plain_, thread_.get_executor()};
};

TEST_F(AsyncSinkTest, takes_a_delivery_and_gives_back_what_is_kept) {
  const std::filesystem::path file = sink_.spool("fake:main") / "1.csv";
  std::ofstream(file) << "Id,Name,CreatedDate\n006000000000001,a,2024-06-01T00:00:00Z\n";
  Delivery delivery{.source = "fake:main", .seen_at = kNow};
  delivery.files = {{.path = file.string(), .name = "1.csv", .object = "Opportunity"}};
  delivery.state = {{.key = "high", .value = "x"}};
  const Result<Delivered> delivered = run_async(loop_, sink_.deliver(std::move(delivery)));
  ASSERT_TRUE(delivered) << delivered.error().to_string();
  EXPECT_EQ(delivered->added, 1U);
  EXPECT_EQ(*run_async(loop_, sink_.state("fake:main", "high")), "x");
  EXPECT_EQ(*run_async(loop_, sink_.count("Opportunity")), 1U);
  EXPECT_EQ(run_async(loop_, sink_.digest("Opportunity", Instant{}, kNow))->count, 1U);
  EXPECT_EQ(*run_async(loop_, sink_.ids("Opportunity", Instant{}, kNow)),
            std::vector<std::string>{"006000000000001"});
}

TEST_F(AsyncSinkTest, keeps_states_secrets_and_notes) {
  ASSERT_TRUE(run_async(loop_, sink_.keep("fake:main", {.key = "job", .value = "750A"})));
  EXPECT_EQ(*run_async(loop_, sink_.state("fake:main", "job")), "750A");
  ASSERT_TRUE(run_async(loop_, sink_.keep_secret("fake:main", "token", Secret("s"))));
  EXPECT_EQ((*run_async(loop_, sink_.secret("fake:main", "token")))->reveal(), "s");
  EXPECT_TRUE(run_async(loop_, sink_.note({.kind = "sync.alarm", .body = R"("what":"x")"})));
}

}  // namespace
}  // namespace plumbline
