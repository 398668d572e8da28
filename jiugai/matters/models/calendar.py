"""Holiday notices entered here beside those shipped, and the secret addresses of people's calendar feeds."""

from django.db import models
from django.db.models import Q

from jiugai.accounts.models import User


class HolidayNotice(models.Model):
    """A State Council notice as somebody entered it. A later one of the same year replaces the earlier whole.

    `checked` and `moved` count the open matters that the job went through and those whose date it moved.
    """

    year = models.SmallIntegerField("年份")
    title = models.CharField("标题", max_length=160)
    number = models.CharField("文号", max_length=60, blank=True)
    issued = models.DateField("印发日期", null=True, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_by_name = models.CharField("录入人", max_length=80)
    entered_at = models.DateTimeField("录入时间")
    job_id = models.BigIntegerField(null=True)
    checked = models.IntegerField(default=0)
    moved_count = models.IntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "放假通知"
        verbose_name_plural = "放假通知"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="notice_year_plausible"),
        ]

    def __str__(self) -> str:
        return self.title


class HolidayDay(models.Model):
    """A day off, or a weekend day that is worked, by a notice."""

    notice = models.ForeignKey(HolidayNotice, models.PROTECT, related_name="days")
    day = models.DateField("日期")
    off = models.BooleanField("放假")
    name = models.CharField("节日", max_length=40)

    class Meta:
        verbose_name = "放假日"
        verbose_name_plural = "放假日"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["notice", "day"], name="notice_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class CalendarFeed(models.Model):
    """A person's calendar feed: whoever has its address reads it, so only a digest is kept and it can be ended."""

    user = models.ForeignKey(User, models.CASCADE, related_name="feeds")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("建立时间")
    ended_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "日历订阅"
        verbose_name_plural = "日历订阅"
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at__isnull=True), name="one_feed_in_use")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%F}"
