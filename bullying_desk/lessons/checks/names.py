"""First names as they are heard in the classes of a German city, and surnames that make a name look real.

The origins only serve to notice a lesson in which every child comes from the same place; one name often has several.
"""

from __future__ import annotations

from typing import Final

_BY_ORIGIN: Final[dict[str, str]] = {
    "de": """
        Anna Anton Ben Carla Clara Emil Emma Felix Finn Frieda Greta Hannah Henri Ida Jakob Jan Jana Jonas
        Jule Karl Lara Lea Lena Leon Lina Linus Lisa Lotte Luis Lukas Malte Marie Max Mia Mila Mona Moritz
        Nele Nico Nils Ole Oskar Paul Paula Pia Piet Romy Sophie Theo Tim Timo Tom Till Lenny Lenn Merle
        Fabian Hanna Henrik Ilse Jannis Jonna Jonte Joris Juno Lasse Levin Lio Lioba Lotta Marlene Bruno Tessa Vivien
        Aaron Bela Hanno Kim Maja Mats Fritz Martha Jette
    """,
    "tr": """
        Ada Ayla Aylin Ayşe Aysel Azra Baran Berk Can Cem Defne Deniz Dilan Ebru Ege Elif Emine Emir Emre
        Enes Esra Hakan Kaan Kerem Leyla Melek Meryem Mert Nazlı Nehir Onur Selin Sibel Tarık Umut Yasemin
        Yusuf Zeynep Eren Ela Efe Hatice Kemal Kenan Lale Nurhan Selma Timur
    """,
    "ar": """
        Adam Ahmad Ali Alia Amal Amin Amina Amir Amira Aya Aziz Bilal Fadi Faris Farid Fatima Habib Hadi
        Hala Hamza Hassan Ibrahim Ilyas Jamal Jamila Karim Khaled Layla Lina Malak Malik Maryam Mohamed
        Nadia Nadim Nour Nur Omar Rami Rania Reem Rima Salim Salma Sami Samir Samira Tarek Yara Yasin Yassin
        Youssef Zahra Zain Zainab Dunya Aliya Nadim Noor Salma Zeynab
    """,
    "sl": """
        Aleksandra Alina Anastasia Andrej Anja Artem Bogdan Bohdan Dana Danylo Daria Darija Dmytro Ewa Filip
        Goran Ivan Ivana Jakub Janek Julia Kamil Kasia Katja Kuba Luka Magda Marek Marko Mateusz Milan
        Milena Mirko Nadja Natalia Nikola Oksana Oleh Olena Pawel Petar Sascha Sofia Sofija Stefan Taras
        Tomasz Vera Wanja Zofia Zosia Ewa Ilja Irina Ivo Karol Mira Oleksandr Tomek Tymon
    """,
    "af": """
        Abena Ama Amara Amadou Ayo Chidi Efua Fatou Imani Joana Kofi Kwame Mamadou Moussa Ngozi Nia Samuel
        Zuri Abel Selam Chidi Ifeanyi Ousmane
    """,
    "as": """
        Arjun Aisha An Anh Bao Chen Hoang Hung Kiran Lan Linh Mai Mei Minh Priya Rani Ravi Sara Thuy Tuan
        Yuki Zoya Arya Dara Hanh Hien Vinh Malik
    """,
    "ro": """
        Alessia Andrei Carlos Chiara Diego Elena Enzo Gino Giulia Inés Ioana Luca Lucia Marco Maria Matteo
        Mihai Pablo Radu Rosa Dario Mirela
    """,
    "ku": """
        Aram Berfin Berivan Dilara Evin Helin Hêvî Jiyan Rojda Rojin Rohat Sherin Sinem Zilan Azad Kani
    """,
    "xx": """
        Rahel Sanna Mo Alex Charlie Jo Robin Sam Toni Nova Kai Noa Noah Elia Jona David Daniel Miriam Ruth Esra Leo Mika
        Nika
    """,
}
FIRST_NAMES: Final[dict[str, str]] = {
    name: origin for origin, names in reversed(_BY_ORIGIN.items()) for name in names.split()
}
_SURNAMES: Final = """
    Arslan Aydin Aydın Bauer Becker Celik Demir Doğan Fischer Fuchs Garcia Haddad Hartmann Hoffmann Horvat
    Ivanov Ivanova Jansen Kaya Kovač Kowalski Krause Krüger Köhler Lehmann Meier Mensah Meyer Möller Müller
    Neumann Nguyen Nowak Petrov Popescu Rossi Russo Sahin Schmidt Schmitt Schmitz Schneider Scholz Schröder
    Schulz Schulze Schwarz Schäfer Shevchenko Silva Singh Tran Wagner Weber Wójcik Yilmaz Yılmaz Zimmermann
    Çelik Öztürk Şahin
"""
SURNAMES: Final[frozenset[str]] = frozenset(_SURNAMES.split())
#: Names that are ordinary words, too: as names they would be noticed in every text.
ALSO_WORDS: Final = frozenset({"An", "Mai", "Rosa", "Nova", "Can", "Till", "Lan", "Ada", "Jo", "Nur"})
