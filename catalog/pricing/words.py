"""Price rules and prices in words, for the people who set and see them (pure)."""

from dataclasses import dataclass

from catalog.pricing.eligible import Who
from catalog.pricing.price_rule import Effect, PriceRule
from catalog.pricing.schedule import LAST, Hours, Schedule

DATES_SHOWN_MAX = 3
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in two languages."""

    zh: str
    en: str


BATCH = Words("批次价格", "the price of the batch")
RATE = Words("按积分比率折算", "by the programme's rate")
SUGGESTION = Words("供应商建议价", "the price that the supplier suggests")


def words_of_rule(rule: PriceRule) -> Words:
    """What a rule says: its effect, its days and hours, and for whom it is."""
    parts = [
        _effect(rule.effect),
        *_days(rule.schedule),
        *_hours(rule.schedule.hours),
        *_who(rule.who),
    ]
    return Words("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def _effect(effect: Effect) -> Words:
    if effect.kind == "free":
        return Words("免费", "free")
    if effect.kind == "points":
        return Words(f"{effect.points} 积分", f"{effect.points} points")
    zh, en = f"平日价的 {effect.percent}%", f"{effect.percent}% of the ordinary price"
    if effect.floor:
        return Words(
            f"{zh}（不低于 {effect.floor} 积分）", f"{en} (at least {effect.floor} points)"
        )
    return Words(zh, en)


def _days(schedule: Schedule) -> list[Words]:
    if schedule.monthly:
        zh = "、".join("最后一天" if day == LAST else f"{day} 日" for day in schedule.monthly)
        en = ", ".join("last day" if day == LAST else f"day {day}" for day in schedule.monthly)
        return [Words(f"每月{zh}", f"every month on {en}")]
    if schedule.weekly:
        zh = "、".join(f"周{_WEEKDAYS_ZH[day - 1]}" for day in schedule.weekly)
        en = ", ".join(_WEEKDAYS_EN[day - 1] for day in schedule.weekly)
        return [Words(f"每{zh}", f"every {en}")]
    if schedule.dates:
        shown = [day.isoformat() for day in schedule.dates[:DATES_SHOWN_MAX]]
        more = len(schedule.dates) - len(shown)
        return [
            Words(
                "、".join(shown) + (f" 等 {len(schedule.dates)} 天" if more else ""),
                "on " + ", ".join(shown) + (f" and {more} more days" if more else ""),
            )
        ]
    return []


def _hours(hours: Hours | None) -> list[Words]:
    if hours is None:
        return []
    span = f"{clock(hours.from_minute)}–{clock(hours.until_minute)}"
    return [Words(span, span)]


def clock(minute: int) -> str:
    """A minute of the day as HH:MM. The end of the day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _who(who: Who) -> list[Words]:
    found = []
    if who.tiers:
        zh = "、".join(tier or "无等级" for tier in who.tiers)
        en = ", ".join(tier or "none" for tier in who.tiers)
        found.append(Words(f"限等级 {zh}", f"for tier {en}"))
    for tags, zh, en in (
        (who.tags_any, "限有任一标签", "for those with any tag of"),
        (who.tags_all, "限有全部标签", "for those with every tag of"),
        (who.tags_none, "不含标签", "for those with no tag of"),
    ):
        if tags:
            found.append(Words(f"{zh} {'、'.join(tags)}", f"{en} {', '.join(tags)}"))
    for number, zh, en in (
        (who.points_at_least, "积分不少于 {}", "with at least {} points"),
        (who.points_at_most, "积分不多于 {}", "with at most {} points"),
        (who.member_for_days_at_most, "入会不超过 {} 天", "for members of at most {} days"),
    ):
        if number is not None:
            found.append(Words(zh.format(number), en.format(number)))
    if who.first_redemption:
        found.append(Words("限首次兑换", "for a first redemption"))
    return found
