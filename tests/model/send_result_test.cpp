#include "model/send_result.h"

#include <gtest/gtest.h>

namespace plumbline {
namespace {

TEST(SendResultTest, outcomes_and_faults_are_read_as_they_are_written) {
  for (const SendOutcome outcome : {SendOutcome::kDelivered, SendOutcome::kAccepted, SendOutcome::kRetryAfter,
                                    SendOutcome::kPermanent, SendOutcome::kAmbiguous, SendOutcome::kNotSent})
    EXPECT_EQ(parse_send_outcome(to_string(outcome)), outcome);
  for (const SendFault fault : {SendFault::kNone, SendFault::kClient, SendFault::kAuth, SendFault::kGone,
                                SendFault::kServer, SendFault::kRateLimited, SendFault::kNetwork})
    EXPECT_EQ(parse_send_fault(to_string(fault)), fault);
  EXPECT_EQ(parse_send_outcome("lost"), std::nullopt);
  EXPECT_EQ(to_string(SendOutcome::kRetryAfter), "retry_after");
}

}  // namespace
}  // namespace plumbline
