//! Which given names are women's and which are men's; names of both are in neither list.

use super::fold;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Whether a given name, folded, is a woman's (`true`) or a man's; `None` where it is both or not known.
pub(crate) fn is_female(folded: &str) -> Option<bool> {
    static KNOWN: LazyLock<HashMap<String, bool>> = LazyLock::new(|| {
        let female = FEMALE.split_whitespace().map(|name| (name, true));
        let male = MALE.split_whitespace().map(|name| (name, false));
        female
            .chain(male)
            .map(|(name, female)| (name.chars().map(fold).collect(), female))
            .collect()
    });
    KNOWN.get(folded).copied()
}

const FEMALE: &str = "Adèle Adeline Adélaïde Adrienne Agathe Agnès Aimée Albane Albertine Alexandra Alexia Alice Alicia \
    Aline Alizée Amandine Amélie Anaïs Anastasie Andrée Angèle Angélique Anita Anna Annabelle Anne Annette Annick Annie \
    Antoinette Apolline Ariane Arlette Armelle Astrid Aude Audrey Aurélie Aurore Axelle Barbara Béatrice Bénédicte \
    Bérénice Bernadette Berthe Betty Blanche Blandine Brigitte Candice Capucine Carine Carole Caroline Catherine Cathy \
    Cécile Cécilia Célestine Célia Céline Chantal Charlène Charline Charlotte Chloé Christelle Christiane Christine Cindy \
    Claire Clara Clarisse Claudette Claudine Clémence Clémentine Clothilde Colette Coline Constance Coralie Corinne Cynthia \
    Danièle Danielle Daphné Deborah Delphine Denise Diane Dorothée Edith Edwige Eléa Eléonore Eliane Elisa Elisabeth \
    Elise Ella Elodie Eloïse Elsa Elvire Emeline Emilie Emma Emmanuelle Estelle Esther Eugénie Eulalie Eva Eve Evelyne \
    Fabienne Fanny Faustine Félicité Fernande Fleur Flora Florence Floriane Francine Françoise Gabrielle Gaëlle Garance \
    Geneviève Georgette Géraldine Germaine Ghislaine Gilberte Ginette Gisèle Gwenaëlle Gwendoline Hélène Héloïse Henriette \
    Hermine Hortense Huguette Ida Inès Ingrid Irène Iris Isabelle Isaure Jacqueline Jade Janine Jasmine Jeanne Jeannette \
    Jeannine Jennifer Jessica Joanne Jocelyne Joëlle Johanna Josette Joséphine Josiane Judith Julia Julie Julienne Juliette \
    Justine Karine Laetitia Lara Laura Laure Laurence Lauriane Léa Léna Léonie Léontine Liliane Lilou Lily Lina Lisa Lise \
    Lola Lorraine Louane Louise Luce Lucette Lucie Lucienne Lucile Ludivine Luna Lydia Lydie Madeleine Maëlle Maëlys Maéva \
    Magali Manon Marceline Marcelle Margaux Margot Marguerite Maria Marianne Marie Marielle Marina Marine Marion Marjolaine \
    Marjorie Marlène Marthe Martine Maryline Maryse Maryvonne Mathilde Maud Mauricette Maya Mégane Mélanie Mélina Mélissa \
    Mélodie Mia Michèle Micheline Mila Mireille Monique Morgane Muriel Mylène Myriam Nadège Nadia Nadine Natacha Nathalie \
    Nelly Nicole Nina Ninon Noélie Noëlle Noémie Nolwenn Nora Océane Odette Odile Olga Olivia Ophélie Oriane Pascale \
    Patricia Paule Paulette Pauline Pénélope Perrine Philippine Pierrette Rachel Raphaëlle Raymonde Rebecca Régine Renée \
    Rita Rolande Romane Rosalie Rose Roseline Roxane Sabine Sabrina Salomé Sandra Sandrine Sara Sarah Ségolène Séverine \
    Sidonie Simone Sofia Solange Solène Sonia Sophia Sophie Stella Stéphanie Suzanne Suzette Sylviane Sylvie Tatiana \
    Thérèse Tiphaine Valentine Valérie Vanessa Véronique Victoire Victoria Violaine Violette Virginie Viviane Yolande \
    Yvette Yvonne Zoé \
    Abigail Ada Adriana Alexis Alison Allison Amanda Amber Amelia Amy Andrea Angela Anne Ann Annie Ashley Audrey Ava Bella \
    Beth Bethany Betty Beverly Brenda Bridget Brooke Carla Carmen Carol Carolyn Cassandra Charlotte Chelsea Cheryl Christina \
    Claudia Courtney Crystal Cynthia Daisy Danielle Dawn Deborah Debra Denise Diana Donna Doris Dorothy Edna Eileen Elaine \
    Eleanor Elena Elizabeth Ella Ellen Elsie Emily Emma Erica Erin Ethel Evelyn Faith Fiona Frances Gail Gina Gladys Glenda \
    Gloria Grace Hannah Hazel Heather Heidi Helen Holly Hope Ida Irene Irma Isabel Isabella Jackie Jane Janet Janice Jasmine \
    Jean Jeanette Jennifer Jenny Jessica Jill Joan Joanna Josephine Joyce Juanita Judith Judy Julia Julie June Karen \
    Katherine Kathleen Kathryn Kathy Katie Kayla Kelly Kimberly Kristen Kristin Laura Lauren Lena Lillian Lily Linda Lisa \
    Lois Loretta Lori Lorraine Louise Lucille Lucy Lydia Mabel Madison Mae Marcia Margaret Maria Marian Marie Marilyn \
    Marion Marjorie Martha Mary Maureen Maxine Megan Melanie Melinda Melissa Mia Michele Michelle Mildred Minnie Miriam \
    Molly Monica Nancy Naomi Natalie Nellie Nicole Nina Norma Olivia Pamela Patricia Paula Pauline Pearl Peggy Penny \
    Phyllis Priscilla Rachel Rebecca Regina Renee Rhonda Rita Roberta Rosa Rosemary Ruby Ruth Sabrina Sally Samantha Sandra \
    Sara Sarah Scarlett Shannon Sharon Sheila Shelly Sherry Shirley Sophia Sophie Stacy Stella Stephanie Sue Susan Suzanne \
    Sylvia Tamara Tammy Tara Teresa Thelma Theresa Tiffany Tina Tracy Valerie Vanessa Vera Veronica Vicki Victoria Viola \
    Violet Virginia Vivian Wanda Wendy Willow Wilma Yolanda Yvonne Zoe \
    Giulia Francesca Chiara Elisa Alessia Giorgia Silvia Paola Roberta Valentina Greta Anja Birgit Claudia Heike Ingrid \
    Katrin Monika Petra Sabine Ursula Ana Beatriz Fernanda Gabriela Juliana Larissa Mariana Rafaela Fatima Aicha Khadija \
    Leila Samira Yasmine Amina Malika Nour";

const MALE: &str = "Aaron Abel Achille Adam Adolphe Adrien Aimé Alain Alban Albert Alexandre Alfred Ali Alphonse Amaury \
    Ambroise Amédée André Anselme Anthony Antoine Antonin Aristide Armand Arnaud Arthur Aubin Auguste Augustin Aurélien Axel \
    Aymeric Baptiste Barnabé Basile Bastien Baudouin Benjamin Benoît Bernard Bertrand Blaise Boris Brice Bruno Cédric \
    Célestin César Charles Christian Christophe Clément Clovis Colin Côme Constant Corentin Cyprien Cyril Damien Daniel \
    David Denis Désiré Didier Dimitri Donatien Dorian Edgar Edmond Edouard Eliott Eloi Emile Emilien Emmanuel Enzo Eric \
    Ernest Erwan Ethan Etienne Eugène Evan Fabien Fabrice Félicien Félix Ferdinand Fernand Firmin Flavien Florent Florentin \
    Florian Francis Franck François Frédéric Gabin Gabriel Gaël Gaétan Gaspard Gaston Gauthier Geoffroy Georges Gérald \
    Gérard Germain Ghislain Gilbert Gildas Gilles Grégoire Gregory Guillaume Gustave Guy Hadrien Hector Henri Herbert Hervé \
    Honoré Hubert Hugo Hugues Ibrahim Ignace Igor Isaac Ismaël Jacob Jacques Jean Jérémie Jérémy Jérôme Joachim Jocelyn Joël \
    Johan Jonas Jonathan Jordan José Joseph Joshua Josselin Josué Jules Julien Justin Kévin Lambert Laurent Lazare Léandre \
    Léo Léon Léonard Léopold Liam Lilian Lionel Loïc Louis Luc Luca Lucas Lucien Ludovic Maël Malo Manuel Marc Marceau \
    Marcel Marcellin Marin Marius Martial Martin Matéo Mathéo Mathias Mathieu Mathis Matthias Matthieu Maurice Maxence \
    Maximilien Médard Michael Michel Milan Mohamed Nathan Nathanaël Nicolas Nino Noah Noé Noël Nolan Norbert Octave Olivier \
    Omer Oscar Owen Pablo Pacôme Pascal Patrice Patrick Paul Paulin Philibert Philippe Pierre Pierrick Prosper Quentin \
    Rafaël Raoul Raphaël Rayan Raymond Régis Rémi Rémy Renaud René Richard Robert Robin Rodolphe Rodrigue Roger Roland \
    Romain Roméo Romuald Ronan Samuel Samy Sébastien Séraphin Serge Siméon Simon Stanislas Stéphane Sylvain Sylvestre \
    Tanguy Théo Théodore Théophile Thibault Thibaut Thierry Thomas Timothée Titouan Tom Toussaint Tristan Ulysse Valentin \
    Valère Vianney Victor Victorien Vincent Virgile Vivien Wilfried William Xavier Yanis Yann Yannick Yvan Yves Yvon Zacharie \
    Abraham Adrian Alan Albert Alejandro Alexander Alfonso Alvin Andrew Andy Anthony Antonio Arnold Austin Barry Benjamin \
    Bernard Bill Billy Bob Bobby Brad Bradley Brandon Brendan Brent Brett Brian Bruce Bryan Byron Caleb Calvin Carl Carlos \
    Cecil Chad Charles Chester Christopher Clarence Clark Clayton Clifford Clyde Cody Connor Craig Curtis Dale Daniel Darrell \
    Darren Dave David Dean Dennis Derek Derrick Dominic Donald Douglas Duane Dustin Dwayne Dwight Dylan Earl Eddie Edgar \
    Edward Edwin Eli Elijah Elmer Eric Ernest Ethan Eugene Evan Felix Fernando Floyd Francisco Frank Franklin Fred Frederick \
    Garrett Gary Gavin Gene Geoffrey George Gerald Gilbert Glen Glenn Gordon Graham Grant Greg Gregory Harold Harry Harvey \
    Hector Henry Herbert Herman Howard Hubert Hugh Ian Isaac Ivan Jack Jackson Jacob Jaime Jake James Jared Jason Javier \
    Jeff Jeffery Jeffrey Jeremy Jerome Jerry Jesus Jim Jimmy Joe Joel John Johnny Jonathan Jordan Jorge Jose Joseph Joshua \
    Juan Julian Julio Justin Karl Keith Ken Kenneth Kevin Kirk Kurt Kyle Lance Larry Lawrence Lee Leo Leon Leonard Leroy \
    Lewis Liam Lloyd Logan Louis Luis Luke Luther Manuel Marc Marcus Mario Mark Marshall Martin Marvin Mason Mathew Matthew \
    Maurice Max Melvin Michael Miguel Mike Milton Mitchell Nathan Nathaniel Neil Nelson Nicholas Noah Norman Oliver Omar \
    Oscar Owen Patrick Paul Pedro Perry Peter Philip Phillip Rafael Ralph Ramon Randall Randy Raul Ray Raymond Reginald Ricardo \
    Richard Rick Ricky Robert Roberto Rodney Roger Roland Ron Ronald Ronnie Ross Roy Ruben Russell Ryan Salvador Sam Samuel \
    Scott Sean Sebastian Sergio Seth Shane Shaun Shawn Sidney Simon Spencer Stanley Stephen Steve Steven Stewart Stuart \
    Ted Terrence Theodore Thomas Tim Timothy Todd Tom Tommy Tony Travis Trevor Troy Tyler Tyrone Vernon Victor Vincent \
    Virgil Wade Wallace Walter Warren Wayne Wesley Willard William Willie Zachary \
    Giuseppe Giovanni Marco Alessandro Francesco Lorenzo Matteo Luigi Paolo Stefano Hans Jürgen Klaus Wolfgang Stefan Jens \
    Uwe Dieter Günter João Pedro Gabriel Gustavo Rafael Tiago Ahmed Karim Youssef Rachid Omar Mehdi Hassan Bilal Samir";
