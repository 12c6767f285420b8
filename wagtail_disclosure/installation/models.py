"""What setup created, so that running it again repairs what is missing and respects what people changed."""

from django.contrib.contenttypes.models import ContentType
from django.db import models


class InstalledItem(models.Model):
    """One thing that setup created, or found and took for its own. ``key`` says what it is for."""

    key = models.CharField(max_length=200, unique=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=64)
    # It was there before setup came: its parts are not setup's business.
    adopted = models.BooleanField(default=False)

    def __str__(self):
        return self.key

    def point_to(self, item):
        self.content_type = ContentType.objects.get_for_model(item, for_concrete_model=False)
        self.object_id = str(item.pk)

    @property
    def item(self):
        """The thing itself in its specific class, or None when it is gone."""
        model = self.content_type.model_class()
        return model._base_manager.filter(pk=self.object_id).first() if model else None

    def is_about(self, item):
        found = ContentType.objects.get_for_model(item, for_concrete_model=False)
        return (self.content_type_id, self.object_id) == (found.pk, str(item.pk))
