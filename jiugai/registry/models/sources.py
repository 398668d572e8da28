"""Where facts come from."""

from django.db import models


class Source(models.Model):
    """A source of facts. `precedence` orders sources per field in `domain.precedence`; `mark` is shown on screen."""

    class Mark(models.TextChoices):
        """One character beside every fact."""

        OFFICIAL = "off", "官方名单"
        CRAWL = "crawl", "公开抓取"
        ENTERED = "rec", "录入"
        DEMO = "demo", "演示"

    key = models.SlugField("键", max_length=60, unique=True)
    name = models.CharField("名称", max_length=120)
    mark = models.CharField("标记", max_length=5, choices=Mark.choices)
    observed = models.CharField("数据年份", max_length=40, blank=True)
    licence = models.CharField("许可与署名", max_length=300, blank=True)
    label = models.CharField("页面标注", max_length=120, blank=True)
    url = models.CharField("出处", max_length=300, blank=True)

    class Meta:
        verbose_name = "数据来源"
        verbose_name_plural = "数据来源"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name
