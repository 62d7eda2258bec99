#include <gtest/gtest.h>

#include "tests/allocations.h"
#include "tests/ledger/audit/log_fixture.h"

namespace plumbline {
namespace {

class LogAllocations : public LogFixture {};

TEST_F(LogAllocations, an_entry_needs_no_memory_once_the_buffers_have_grown) {
  Ledger ledger = open();
  LedgerTransaction transaction = must(LedgerTransaction::begin(ledger, minute(0)));
  const AuditEntry entry{.kind = "violation.opened",
                         .body = R"("policy":"no-next-step")",
                         .personal = R"({"owner_name":"Ada"})"};
  const auto append = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) EXPECT_TRUE(transaction.log(entry));
  };
  append(600);
  EXPECT_EQ(allocations_in([&] { append(1000); }), 0U);
}

}  // namespace
}  // namespace plumbline
