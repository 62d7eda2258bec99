#include "messages/message_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plumbline {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

MessageOptions sound() {
  MessageOptions options;
  options.channels = {{.name = "direct", .service = "slack_bot", .reaches_people = true},
                      {.name = "floor", .service = "teams"}};
  options.sales_operations.emails = {"ops@example.com"};
  options.contact = "ops@example.com";
  return options;
}

TEST(MessageOptions, what_is_required_is_enough) { EXPECT_THAT(validate(sound()), IsEmpty()); }

TEST(MessageOptions, of_nothing_all_that_is_missing_is_told_at_once) {
  EXPECT_THAT(validate({}), ElementsAre(HasSubstr("no channel is configured"),
                                        HasSubstr("`sales_operations`"), HasSubstr("`contact` is required")));
}

TEST(MessageOptions, a_persons_list_goes_to_a_room_only_where_that_is_said) {
  MessageOptions options = sound();
  options.routes = {{.channel = "floor"}};
  EXPECT_THAT(validate(options), ElementsAre(HasSubstr("say `public: true`")));
  options.routes[0].is_public = true;
  EXPECT_THAT(validate(options), IsEmpty());
}

TEST(MessageOptions, a_child_has_its_parents_channel_and_publicity) {
  MessageOptions options = sound();
  options.routes = {
      {.channel = "floor", .is_public = true, .routes = {{.teams = {"SMB"}, .is_public = false}}}};
  EXPECT_THAT(validate(options), ElementsAre(HasSubstr("leads to `floor`")));
}

TEST(MessageOptions, a_channel_that_is_not_there_is_told_with_the_nearest_name) {
  MessageOptions options = sound();
  options.routes = {{.channel = "flor", .is_public = true}};
  EXPECT_THAT(validate(options), ElementsAre(HasSubstr("did you mean floor?")));
}

TEST(MessageOptions, of_several_channels_to_people_one_must_be_named) {
  MessageOptions options = sound();
  options.channels.push_back({.name = "other", .service = "file", .reaches_people = true});
  EXPECT_THAT(validate(options), ElementsAre(HasSubstr("several channels reach people")));
  options.channel = "other";
  EXPECT_THAT(validate(options), IsEmpty());
  EXPECT_EQ(options.people_channel()->name, "other");
}

TEST(MessageOptions, a_digest_in_quiet_hours_would_always_be_held) {
  MessageOptions options = sound();
  options.digest_at = {hours{7}};
  EXPECT_THAT(validate(options), ElementsAre(HasSubstr("the digest at 07:00 lies in the quiet hours")));
}

TEST(MessageOptions, quiet_hours_may_go_over_midnight_and_may_be_none) {
  const QuietHours night{.from = hours{18}, .until = hours{8}};
  EXPECT_TRUE(night.covers(hours{23}));
  EXPECT_TRUE(night.covers(hours{18}));
  EXPECT_FALSE(night.covers(hours{8}));
  const QuietHours noon{.from = hours{12}, .until = hours{13}};
  EXPECT_TRUE(noon.covers(hours{12}));
  EXPECT_FALSE(noon.covers(hours{13}));
  EXPECT_FALSE((QuietHours{.from = hours{9}, .until = hours{9}}.covers(hours{9})));
}

TEST(MessageOptions, routes_that_stand_too_deep_are_refused) {
  MessageOptions options = sound();
  MessageRoute route;
  for (std::size_t depth = 0; depth < kMaxRouteDepth; ++depth) route = {.routes = {route}};
  options.routes = {route};
  EXPECT_THAT(validate(options), ElementsAre(HasSubstr("more than 8 deep")));
}

}  // namespace
}  // namespace plumbline
