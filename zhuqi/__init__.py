"""The portal's project package: settings, urls, Celery, and the model-free kernel."""

from zhuqi.celery import app as celery_app

__all__ = ("celery_app",)
