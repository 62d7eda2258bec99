#include "records/record_id.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace plumbline {
namespace {

TEST(RecordIdTest, TheLongFormNamesTheSameRecordAsTheShort) {
  EXPECT_TRUE(same_id("006R00000024gDtIAI", "006R00000024gDt"));
  EXPECT_EQ(id_key("006R00000024gDtIAI"), "006R00000024gDt");
}

TEST(RecordIdTest, CaseTellsRecordsApart) { EXPECT_FALSE(same_id("006R00000024gDt", "006R00000024gdt")); }

TEST(RecordIdTest, OuterBlanksAreNoPartOfAnId) {
  EXPECT_TRUE(same_id(" 006R00000024gDt\u00A0", "006R00000024gDt"));
}

TEST(RecordIdTest, TheLongFormIsMadeOfTheShort) {
  EXPECT_EQ(long_id("006R00000024gDt"), "006R00000024gDtIAI");
  EXPECT_EQ(long_id("006R00000024gDtIAI"), "006R00000024gDtIAI");
  EXPECT_EQ(long_id("not an id at all"), "not an id at all");
  EXPECT_TRUE(same_id(long_id("00500000000ABCz"), "00500000000ABCz"));
}

TEST(RecordIdTest, OwnKeysCompareWhole) {
  EXPECT_FALSE(same_id("1C1I7A6R", "1C1I7A6S"));
  EXPECT_EQ(id_key(" Acme Corporation "), "Acme Corporation");
  EXPECT_EQ(id_key("eighteen letters !"), "eighteen letters !");
}

TEST(RecordIdTest, AnOwnKeyOfEighteenCharactersIsCutOnlyBeforeACaseSuffix) {
  EXPECT_EQ(id_key("CUSTOMERNUMBER0012", IdRule::kAnyText), "CUSTOMERNUMBER0012");
  EXPECT_EQ(id_key("006R00000024gDtIAI", IdRule::kAnyText), "006R00000024gDt");
  EXPECT_EQ(id_key("a0D30000001n7PiEAI", IdRule::kAnyText), "a0D30000001n7Pi");
  EXPECT_EQ(id_key("500x000000003TRAAY", IdRule::kAnyText), "500x000000003TR");
  EXPECT_EQ(id_key("006R00000024gDtIAI", IdRule::kSalesforce), "006R00000024gDt");
}

TEST(RecordIdTest, ShapesAreTold) {
  EXPECT_EQ(id_shape("006R00000024gDt"), IdShape::kSalesforce);
  EXPECT_EQ(id_shape("006R00000024gDtIAI"), IdShape::kSalesforce);
  EXPECT_EQ(id_shape("006R00000024gDtIA"), IdShape::kWrongLength);
  EXPECT_EQ(id_shape(""), IdShape::kWrongLength);
  EXPECT_EQ(id_shape("006R00000024g-t"), IdShape::kWrongCharacters);
}

TEST(RecordIdTest, BothFormsHashAlike) {
  EXPECT_EQ(hash_id("006R00000024gDtIAI"), hash_id("006R00000024gDt"));
  EXPECT_NE(hash_id("006R00000024gDt"), hash_id("006R00000024gdt"));
}

TEST(RecordIdTest, EveryByteOfATextChangesItsHash) {
  const std::string text = "the quick brown fox jumps over the lazy dog";
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] ^= 1;
    EXPECT_NE(hash_text(changed), hash_text(text)) << i;
    EXPECT_NE(hash_text(text.substr(0, i)), hash_text(text)) << i;
  }
}

// Keys kept beside the index, as a table keeps them.
class IdIndexTest : public testing::Test {
 protected:
  auto key_of() const {
    return [this](RowIndex row) -> std::string_view { return keys_[row]; };
  }
  RowIndex insert(const std::string& key) {
    keys_.push_back(key);
    return index_.insert(key, static_cast<RowIndex>(keys_.size() - 1), key_of());
  }
  RowIndex find(std::string_view key) const { return index_.find(key, key_of()); }

  IdIndex index_;
  std::vector<std::string> keys_;
};

TEST_F(IdIndexTest, AnEmptyIndexFindsNothing) { EXPECT_EQ(find("006R00000024gDt"), kNoRow); }

TEST_F(IdIndexTest, FindsWhatWasInserted) {
  EXPECT_EQ(insert("a"), kNoRow);
  EXPECT_EQ(insert("b"), kNoRow);
  EXPECT_EQ(find("a"), 0U);
  EXPECT_EQ(find("b"), 1U);
  EXPECT_EQ(find("c"), kNoRow);
}

TEST_F(IdIndexTest, ALaterRowTakesTheKeyAndNamesTheEarlier) {
  insert("a");
  insert("b");
  EXPECT_EQ(insert("a"), 0U);
  EXPECT_EQ(find("a"), 2U);
  EXPECT_EQ(index_.size(), 2U);
}

TEST_F(IdIndexTest, FindOrInsertKeepsTheEarlier) {
  insert("a");
  EXPECT_EQ(index_.find_or_insert("a", 7, key_of()), 0U);
  EXPECT_EQ(index_.find_or_insert("z", 7, key_of()), 7U);
}

constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// 006 5g 0000, then six characters that count up as Salesforce counts.
std::string sequential_id(std::size_t number) {
  std::string id = "0065g0000000000";
  for (std::size_t at = id.size(); number > 0; number /= kBase62.size())
    id[--at] = kBase62[number % kBase62.size()];
  return id;
}

TEST_F(IdIndexTest, AMillionSequentialIdsGiveNoLongProbes) {
  constexpr std::size_t kIds = 1'000'000;
  constexpr std::size_t kLongestProbe = 64;  // random keys at this load reach about half of it
  keys_.reserve(kIds);
  for (std::size_t i = 0; i < kIds; ++i) ASSERT_EQ(insert(sequential_id(i)), kNoRow);
  EXPECT_EQ(index_.size(), kIds);
  EXPECT_LE(index_.longest_probe(), kLongestProbe);
  for (std::size_t i = 0; i < kIds; i += 997) ASSERT_EQ(find(keys_[i]), i);
  EXPECT_EQ(find(sequential_id(kIds)), kNoRow);
}

TEST_F(IdIndexTest, ReservingChangesNothingThatIsFound) {
  insert("a");
  index_.reserve(1000);
  EXPECT_EQ(find("a"), 0U);
  EXPECT_EQ(find("b"), kNoRow);
}

}  // namespace
}  // namespace plumbline
