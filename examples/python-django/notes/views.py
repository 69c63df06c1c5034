from django.http import HttpResponse
from django.shortcuts import render

from .models import Note


def index(request):
    return render(request, "notes/index.html", {"notes": Note.objects.all()})


def add(request, text):
    Note.objects.create(text=text)
    return HttpResponse(f"{Note.objects.count()} notes\n")
