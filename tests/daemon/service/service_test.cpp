#include "daemon/service/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "daemon/cli/exit_status.h"
#include "tests/daemon/service/service_world.h"

namespace plumbline {
namespace {

using Kind = FakeSource::Kind;

TEST(Service, syncs_judges_what_came_and_stops_when_asked) {
  ServiceWorld world({Kind::kBrings});
  world.start();
  EXPECT_TRUE(world.log().waits_for("event=sync source=fake:0 result=ok")) << world.log().all();
  EXPECT_TRUE(world.log().waits_for("event=judging result=ok")) << world.log().all();
  EXPECT_EQ(world.stop(), kExitDone);
  EXPECT_TRUE(world.log().waits_for("event=stopped"));
  const Ran status = run_words({"violations", "list", "--ledger", world.ledger(), "--format", "jsonl"});
  EXPECT_EQ(status.status, kExitDone) << status.err;
  EXPECT_THAT(status.out, testing::HasSubstr("006000000000001"));
}

TEST(Service, a_source_that_fails_does_not_keep_others_from_coming) {
  ServiceWorld world({Kind::kFails, Kind::kBrings});
  world.start();
  EXPECT_TRUE(world.log().waits_for("source=fake:0 result=failed")) << world.log().all();
  EXPECT_TRUE(world.log().waits_for("source=fake:1 result=ok")) << world.log().all();
  EXPECT_EQ(world.stop(), kExitDone);
}

TEST(Service, a_source_that_needs_more_memory_fails_alone) {
  ServiceWorld world({Kind::kNeedsMore, Kind::kBrings});
  world.start();
  EXPECT_TRUE(world.log().waits_for("source=fake:0 result=failed")) << world.log().all();
  EXPECT_TRUE(world.log().waits_for("out of memory; allow more")) << world.log().all();
  EXPECT_TRUE(world.log().waits_for("source=fake:1 result=ok")) << world.log().all();
  EXPECT_TRUE(world.log().waits_for("event=judging result=ok")) << world.log().all();
  EXPECT_EQ(world.stop(), kExitDone);
}

TEST(Service, what_waits_for_the_network_is_given_up) {
  ServiceWorld world({Kind::kHangs, Kind::kBrings});
  world.start();
  EXPECT_TRUE(world.log().waits_for("source=fake:1 result=ok")) << world.log().all();
  EXPECT_EQ(world.stop(), kExitDone);
}

TEST(Service, checkpoints_of_syncs_and_judgings_are_taken_to_a_webhook) {
  ServiceWorld world({Kind::kBrings});
  world.anchor_at({});
  world.start();
  EXPECT_TRUE(world.log().waits_for("event=judging result=ok")) << world.log().all();
  // The log begins with one, the sync adds one; the judging a pack, the run and the violation.
  EXPECT_TRUE(world.log().waits_for("event=anchor anchor=webhook:auditor result=ok entries=5"))
      << world.log().all();
  EXPECT_EQ(world.stop(), kExitDone);
  EXPECT_THAT(world.log().all(), testing::Not(testing::HasSubstr("s3cr3t")));
}

TEST(Service, a_webhook_that_fails_holds_nothing_up_and_stays_due) {
  ServiceWorld world({Kind::kBrings});
  world.anchor_at(std::vector<int>(100, 503));
  world.start();
  EXPECT_TRUE(world.log().waits_for("event=anchor anchor=webhook:auditor result=failed"))
      << world.log().all();
  EXPECT_TRUE(world.log().waits_for("event=sync source=fake:0 result=ok")) << world.log().all();
  EXPECT_TRUE(world.log().waits_for("event=judging result=ok")) << world.log().all();
  EXPECT_EQ(world.stop(), kExitDone);
  const Ran status = run_words({"status", "--config", world.configuration()});
  EXPECT_THAT(status.out, testing::HasSubstr("webhook:auditor knows the log up to 0 of 5"));

  world.anchor_at({});
  world.start();
  EXPECT_TRUE(world.log().waits_for("event=anchor anchor=webhook:auditor result=ok")) << world.log().all();
  EXPECT_EQ(world.stop(), kExitDone);
  EXPECT_THAT(run_words({"status", "--config", world.configuration()}).out,
              testing::Not(testing::HasSubstr("webhook:auditor knows the log up to 0")));
}

TEST(Service, a_reload_with_faults_is_refused_and_a_sound_one_counts) {
  ServiceWorld world({Kind::kBrings});
  world.start();
  EXPECT_TRUE(world.log().waits_for("event=started"));
  world.write_configuration("zone: Europe/Atlantis\n");
  world.service().reload();
  EXPECT_TRUE(world.log().waits_for("event=reload result=refused")) << world.log().all();
  EXPECT_TRUE(world.log().waits_for("Europe/Atlantis"));
  world.write_configuration("zone: Europe/Berlin\n");
  world.service().reload();
  EXPECT_TRUE(world.log().waits_for("event=reload result=accepted")) << world.log().all();
  // It begins anew with what it then has.
  EXPECT_TRUE(world.log().waits_for("event=sync source=fake:0", 2)) << world.log().all();
  EXPECT_EQ(world.stop(), kExitDone);
}

TEST(Service, another_ledger_takes_a_restart) {
  ServiceWorld world({Kind::kBrings});
  world.start();
  EXPECT_TRUE(world.log().waits_for("event=started"));
  world.write_configuration("", "another.ledger");
  world.service().reload();
  EXPECT_TRUE(world.log().waits_for("restart the service")) << world.log().all();
  EXPECT_EQ(world.stop(), kExitDone);
}

TEST(Service, does_not_start_without_its_ledger) {
  ServiceWorld world({Kind::kBrings});
  std::filesystem::create_directory(world.ledger());
  world.start();
  EXPECT_TRUE(world.log().waits_for("event=start ")) << world.log().all();
  EXPECT_EQ(world.stop(), kExitInput);
}

}  // namespace
}  // namespace plumbline
