from django.test import TestCase


class NotesTest(TestCase):
    def test_add(self):
        self.assertContains(self.client.get("/add/milk"), "1 notes")
